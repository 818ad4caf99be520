// Keys that work anywhere on the page. Single letters don't while text is typed, nor when they are switched off: who speaks to the page would press them by words.
import { byId, button, make } from './dom.js';

const list = [
  ['Ctrl+Enter', 'Generate', 'generate'],
  ['Esc', 'Cancel what is being made, or close what is open', 'cancel'],
  ['/', 'To the prompt, or to the search in the history', 'find'],
  ['c', 'Create', 'create'],
  ['h', 'History', 'history'],
  ['v', 'Compare', 'compare'],
  ['r', 'Recall the last seed', 'recall'],
  ['m', 'Show or hide the masked places', 'masked'],
  ['[  ]', 'Smaller or larger brush', null],
  ['Ctrl+Z', 'Undo painting; with Shift, redo', null],
  ['?', 'These keys', 'help'],
];

// Kept in this browser.
const switchedOff = 'amused-no-single-keys';
const singleKeysWork = () => localStorage.getItem(switchedOff) === null;

const typing = target => target.closest?.('textarea, select, input:not([type=radio], [type=checkbox], [type=range], [type=file])');

/** Starts to listen. */
export function setUpShortcuts(actions) {
  const help = () => showList(byId('shortcuts'));
  const keys = Object.fromEntries(list.filter(([, , action]) => action).map(([key, , action]) => [key, action]));
  byId('show-shortcuts').addEventListener('click', help);
  document.addEventListener('keydown', event => {
    if (document.querySelector('dialog[open]') || event.altKey || event.defaultPrevented) return;
    const withControl = event.ctrlKey || event.metaKey;
    const key = withControl && event.key === 'Enter' ? 'Ctrl+Enter' : event.key === 'Escape' ? 'Esc' : event.key;
    if (withControl && key !== 'Ctrl+Enter') return;
    if (key.length === 1 && (typing(event.target) || !singleKeysWork())) return;
    const action = key === '?' ? help : actions[keys[key]];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function showList(dialog) {
  dialog.replaceChildren(
    make('h2', { id: 'shortcuts-title' }, 'Keyboard shortcuts'),
    make('dl', { class: 'keys' }, ...list.map(([key, what]) => make('div', {}, make('dt', {}, make('kbd', {}, key)), make('dd', {}, what)))),
    make('label', { class: 'choice' }, make('input', {
      type: 'checkbox', checked: singleKeysWork(),
      onchange: event => event.target.checked ? localStorage.removeItem(switchedOff) : localStorage.setItem(switchedOff, 'yes'),
    }), ' Single keys work'),
    make('div', { class: 'row end' }, button('Close', () => dialog.close(), { autofocus: true })));
  dialog.showModal();
}
