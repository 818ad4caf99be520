// What can be done with a finished picture. The same buttons stand below a result and in the viewer.
import { askingButton, button, make, announce } from './dom.js';
import { remove } from './api.js';
import { fileName } from './words.js';

/** The buttons. `page` knows the other parts of the page; `onerror` shows what went wrong, `ondelete` is told when the picture is gone. */
export function actionsOf(result, page, { onerror, ondelete, onleave = () => {} }) {
  const trying = act => async () => {
    try {
      onerror(null);
      await act();
    } catch (error) {
      onerror(error.message);
    }
  };
  const leave = act => trying(async () => {
    onleave();
    await act();
  });
  const download = make('a', { class: 'button small', href: result.url, download: fileName(result.settings) }, 'Download');
  const all = [
    button('Use this picture', leave(() => page.usePicture(result)), { class: 'small' }),
    button('Its settings', leave(() => page.restore(result.settings)), { class: 'small', title: 'Put the settings that made it into the form' }),
    button('Compare', leave(() => page.compare(result)), { class: 'small' }),
    download,
  ];
  if (result.historyId) {
    all.push(askingButton('Delete', 'Delete for good?', trying(async () => {
      await remove(`/api/history/${result.historyId}`);
      announce('Deleted.');
      ondelete();
    }), { class: 'small danger' }));
  }
  return make('div', { class: 'row picture-actions' }, ...all);
}
