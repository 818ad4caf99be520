// Asks for the key of a server that needs one.
import { byId, button, make } from './dom.js';

let asking = null;

/** Gives the key that the user types, or null when they would rather not. Several requests that are refused at once ask once. */
export function askForKey(wasWrong) {
  asking ??= ask(wasWrong).finally(() => { asking = null; });
  return asking;
}

function ask(wasWrong) {
  const dialog = byId('key');
  const input = make('input', { type: 'password', id: 'key-value', autocomplete: 'off', required: true, 'aria-describedby': 'key-hint' });
  const form = make('form', { method: 'dialog' },
    make('h2', { id: 'key-title' }, 'This server needs a key'),
    make('p', { id: 'key-hint', class: wasWrong ? 'error' : 'hint' },
      wasWrong ? 'That key does not open it. Ask whoever runs the server.' : 'Whoever runs the server has it. It is kept until this tab is closed.'),
    make('label', { for: 'key-value' }, 'Key'), input,
    make('div', { class: 'row end' }, button('Not now', () => dialog.close('')), make('button', { class: 'main', value: 'key' }, 'Use it')));
  dialog.replaceChildren(form);
  dialog.returnValue = '';
  dialog.showModal();
  input.focus();
  return new Promise(resolve => dialog.addEventListener('close', () => resolve(dialog.returnValue === 'key' ? input.value.trim() : null), { once: true }));
}
