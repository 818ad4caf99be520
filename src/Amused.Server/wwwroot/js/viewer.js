// One picture, large, with its settings and all that can be done with it.
import { byId, button, make, showError } from './dom.js';
import { actionsOf } from './actions.js';
import { names, valueText } from './words.js';

/** Opens the viewer. `ondelete` is told when the picture has been deleted in it. */
export function view(result, page, ondelete = () => {}) {
  const dialog = byId('viewer');
  const { settings } = result;
  const error = make('p', { class: 'error', role: 'alert', hidden: true });
  const actions = actionsOf(result, page, {
    onerror: message => showError(error, message),
    onleave: () => dialog.close(),
    ondelete: () => {
      dialog.close();
      ondelete();
    },
  });
  dialog.replaceChildren(
    make('div', { class: 'viewer-head' }, make('h2', { id: 'viewer-title' }, settings.prompt || 'Picture'), button('Close', () => dialog.close(), { class: 'small', autofocus: true })),
    make('div', { class: 'viewer-body' },
      make('img', { src: result.url, alt: settings.prompt || 'Picture' }),
      make('div', {}, settingsList(settings), actions, error)));
  dialog.showModal();
}

/** Settings as a list of names and values. */
export const settingsList = settings => make('dl', { class: 'settings-list' },
  ...Object.entries(names).filter(([name]) => name !== 'prompt' && settings[name] != null)
    .map(([name, label]) => make('div', {}, make('dt', {}, label), make('dd', {}, valueText(name, settings[name])))));
