// Reading numbers out of fields, and errors that stand where they arise.
import { byId, make } from './dom.js';

/** What is wrong with a field, before anything is sent. */
export class FieldError extends Error {
  constructor(field, message) {
    super(message);
    this.param = field;
  }
}

/** The number in a field; undefined when it is empty, so that the model's own counts. */
export function numberOf(id) {
  const input = byId(id);
  if (input.value.trim() === '' && !input.validity.badInput) return undefined;
  if (input.validity.valid && Number.isFinite(Number(input.value))) return Number(input.value);
  throw new FieldError(id, `${nameOf(input)} must be ${kindText(input)}${rangeText(input)}.`);
}

const kindText = ({ step }) => step === 'any' ? 'a number' : step === '1' ? 'a whole number' : `a multiple of ${step}`;

const rangeText = ({ min, max }) => min !== '' && max !== '' ? ` from ${min} to ${max}` : min !== '' ? ` of at least ${min}` : '';

// A field of several numbers has a name for each besides its own.
const nameOf = input => {
  const field = input.closest('.field');
  const title = field.querySelector('legend, label').firstChild.textContent.trim();
  const own = input.closest('label')?.firstChild.textContent.trim();
  return own ? `${title} (${own.toLowerCase()})` : title;
};

/** Shows an error below its field and goes there. Gives false where there is no such field on the page. */
export function showFieldError(id, message) {
  const input = byId(id);
  const field = input?.closest('.field');
  if (!field) return false;
  const error = make('p', { class: 'error field-error', id: `${id}-error`, role: 'alert' }, message);
  field.append(error);
  // It may lie in a part that is folded.
  for (let folded = field.closest('details'); folded; folded = folded.parentElement.closest('details')) folded.open = true;
  field.hidden = false;
  input.setAttribute('aria-invalid', 'true');
  input.setAttribute('aria-errormessage', error.id);
  input.addEventListener('input', () => clear(input, error), { once: true });
  input.focus();
  return true;
}

/** Takes all errors of fields away. */
export function clearFieldErrors() {
  for (const error of document.querySelectorAll('.field-error')) clear(byId(error.id.replace(/-error$/, '')), error);
}

function clear(input, error) {
  error.remove();
  input.removeAttribute('aria-invalid');
  input.removeAttribute('aria-errormessage');
}

/** Gives a number field a slider beside it. The slider is for the mouse and the finger: with the keyboard the number is quicker, so it is no second stop. */
export function addSlider(input) {
  const range = make('input', { type: 'range', min: input.min, max: input.dataset.rangeMax, step: input.dataset.rangeStep ?? input.step, tabindex: '-1', 'aria-hidden': 'true' });
  const follow = () => { range.value = input.value || input.placeholder || input.min; };
  range.addEventListener('input', () => {
    input.value = range.value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  input.addEventListener('input', follow);
  input.before(range);
  follow();
  return follow;
}
