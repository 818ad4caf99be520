// The picture to start from: chosen, dropped or taken from a result; changed as a whole, or where it is painted.
import { byId, button, make, announce } from './dom.js';
import { FieldError, clearFieldErrors } from './fields.js';
import { MaskBrush } from './mask-brush.js';
import { dataUrl } from './result.js';

// The networks make pictures of 128 to 512 pixels: more would only make the request longer.
const longestSide = 1024;

export class SourcePicture extends EventTarget {
  #picture = null;
  #brush = null;
  #paints = false;

  constructor() {
    super();
    this.#show();
  }

  get isChosen() { return this.#picture !== null; }

  /** Takes a result. */
  async useResult(result) {
    const size = await sizeOf(await result.blob());
    this.#set({ url: result.url, reference: () => result.reference(), release: () => {}, ...size });
  }

  /** Takes a file. */
  async useFile(file) {
    const bitmap = await createImageBitmap(file).catch(() => {
      throw new FieldError('source-file', `${file.name || 'This'} is no picture that can be read here: choose a PNG, JPEG or WebP file.`);
    });
    const scale = Math.min(1, longestSide / Math.max(bitmap.width, bitmap.height));
    const [width, height] = [bitmap.width, bitmap.height].map(side => Math.max(1, Math.round(side * scale)));
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d').drawImage(bitmap, 0, 0, width, height);
    bitmap.close();
    const blob = await canvas.convertToBlob({ type: 'image/png' });
    const url = URL.createObjectURL(blob);
    this.#set({ url, reference: () => dataUrl(blob), release: () => URL.revokeObjectURL(url), width, height });
  }

  clear() {
    this.#set(null);
  }

  /** What the request says of the picture; nothing when none is chosen. */
  async read() {
    if (!this.isChosen) return {};
    const image = await this.#picture.reference();
    if (!this.#paints) return { image };
    if (this.#brush.share === 0) throw new FieldError('mask', 'Nothing is painted: paint over what should be made anew, or change the whole picture.');
    return { image, mask: await dataUrl(await this.#brush.mask()), composite: byId('composite').checked };
  }

  #set(picture) {
    clearFieldErrors();
    this.#picture?.release();
    this.#picture = picture;
    this.#paints = false;
    this.#show();
    announce(picture ? 'The picture to start from is chosen.' : 'No picture to start from.');
    this.dispatchEvent(new Event('change'));
  }

  #show() {
    byId('source').replaceChildren(...(this.isChosen ? this.#chosen() : [this.#chooser()]));
  }

  #chooser() {
    const input = make('input', { type: 'file', id: 'source-file', accept: 'image/*', onchange: () => this.dispatchEvent(new CustomEvent('file', { detail: input.files[0] })) });
    return make('label', { class: 'drop-place' }, make('span', {}, 'Choose a picture, or drop one here'), input);
  }

  #chosen() {
    const { url, width, height } = this.#picture;
    const canvas = make('canvas', { id: 'mask', class: 'mask', tabindex: 0, role: 'application', 'aria-label': 'Painting on the picture. Arrow keys move the brush, Space paints a spot, Shift with arrow keys paints along.' });
    const ring = make('div', { class: 'ring', hidden: true });
    const place = make('div', { class: 'source-picture' }, make('img', { src: url, alt: 'The picture to start from' }), canvas, ring);
    place.style.aspectRatio = `${width} / ${height}`;
    this.#brush = new MaskBrush(canvas, ring, width, height);
    this.#brush.size = Math.round(Math.min(width, height) / 6);
    const tools = this.#tools();
    const mode = (value, text, checked) => make('label', { class: 'choice' }, make('input', {
      type: 'radio', name: 'source_mode', value, checked, onchange: () => setMode(value === 'paint'),
    }), ` ${text}`);
    const setMode = paints => {
      this.#paints = paints;
      canvas.hidden = tools.hidden = !paints;
    };
    setMode(false);
    return [place, make('div', { class: 'row', role: 'radiogroup', 'aria-label': 'What is changed' }, mode('whole', 'The whole picture', true), mode('paint', 'Only where I paint', false)), tools,
      make('div', { class: 'row' }, button('Remove the picture', () => {
        this.clear();
        byId('source-file').focus();
      }, { class: 'small' }))];
  }

  #tools() {
    const brush = this.#brush;
    const size = make('input', { type: 'range', id: 'brush-size', min: 4, max: Math.max(8, Math.min(brush.canvas.width, brush.canvas.height)), step: 1, oninput: () => { brush.size = Number(size.value); } });
    const undo = button('Undo', () => brush.undo(), { class: 'small' }), redo = button('Redo', () => brush.redo(), { class: 'small' });
    const erase = button('Erase', () => {
      brush.erases = !brush.erases;
      erase.setAttribute('aria-pressed', String(brush.erases));
    }, { class: 'small', 'aria-pressed': 'false' });
    const share = make('span', { class: 'hint', id: 'mask-share' });
    let asked = 0;
    const show = () => {
      undo.disabled = !brush.canUndo;
      redo.disabled = !brush.canRedo;
      size.value = brush.size;
      // Counting pixels for each movement of the hand would make it stutter.
      cancelAnimationFrame(asked);
      asked = requestAnimationFrame(() => { share.textContent = `${Math.round(brush.share * 100)} % painted`; });
    };
    brush.addEventListener('change', show);
    show();
    return make('div', { class: 'brush', hidden: true },
      make('label', { class: 'inline', for: 'brush-size' }, 'Brush ', size),
      make('div', { class: 'row' }, undo, redo, erase, button('Invert', () => brush.invert(), { class: 'small' }), button('Clear', () => brush.clear(), { class: 'small' }), share),
      make('label', { class: 'choice' }, make('input', { type: 'checkbox', id: 'composite', checked: true }), ' Keep the rest to the pixel'));
  }
}

async function sizeOf(blob) {
  const bitmap = await createImageBitmap(blob);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}
