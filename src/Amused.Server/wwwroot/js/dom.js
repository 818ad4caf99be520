// The few things that every other module does with the document.

/** The element with an id. */
export const byId = id => document.getElementById(id);

/** Makes an element: `on…` are listeners, `class` and all else attributes (false and null leave them out). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child != null));
  return element;
}

export const button = (text, onclick, attributes = {}) => make('button', { type: 'button', onclick, ...attributes }, text);

let quiet;

/** Says something to those who don't see the page. An announcement replaces one that hasn't been read yet. */
export function announce(text) {
  const announcer = byId('announcer');
  clearTimeout(quiet);
  announcer.textContent = text;
  // Otherwise it would be found again as a stale line at the end of the page.
  quiet = setTimeout(() => { announcer.textContent = ''; }, 4000);
}

/** Shows or hides a message in an element with the role of an alert. */
export function showError(element, message) {
  element.textContent = message ?? '';
  element.hidden = !message;
}

/** A button that asks before it acts: its first press changes its words, the second acts. */
export function askingButton(text, question, act, attributes = {}) {
  const element = button(text, () => {
    if (element.dataset.asked) act();
    else {
      element.dataset.asked = 'yes';
      element.textContent = question;
      announce(`${question} Press again to do it.`);
    }
  }, attributes);
  element.addEventListener('blur', () => {
    delete element.dataset.asked;
    element.textContent = text;
  });
  return element;
}
