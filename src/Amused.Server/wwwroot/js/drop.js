// Pictures that are dropped or pasted: one that carries settings brings them back, any other becomes the one to start from.
import { byId } from './dom.js';

export function setUpDrop({ onfile, onsource }) {
  const veil = byId('drop-veil');
  // Entering a child leaves its parent: only as many leaves as enters mean that the picture has gone.
  let inside = 0;
  const hasFiles = event => event.dataTransfer?.types.includes('Files');
  document.addEventListener('dragenter', event => {
    if (!hasFiles(event)) return;
    inside++;
    veil.hidden = false;
  });
  document.addEventListener('dragleave', () => {
    inside = Math.max(0, inside - 1);
    veil.hidden = inside === 0;
  });
  document.addEventListener('dragover', event => { if (hasFiles(event)) event.preventDefault(); });
  document.addEventListener('drop', event => {
    inside = 0;
    veil.hidden = true;
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    // On the place for it there is no doubt what is meant.
    if (event.target.closest?.('.source')) onsource(file);
    else onfile(file);
  });
  document.addEventListener('paste', event => {
    const [file] = event.clipboardData?.files ?? [];
    if (file) onfile(file);
  });
}
