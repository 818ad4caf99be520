// A picture while it is made: its preview, and a veil with a dot over each place that is still masked.
import { make } from './dom.js';

// Before the first step the network's grid isn't known; a place has about this many pixels.
const guessedPlace = 16;
const cell = 16;
const still = matchMedia('(prefers-reduced-motion: reduce)');

export class PictureView {
  #alphas = [];
  #targets = [];
  #grid = { rows: 1, columns: 1 };
  #frame = 0;

  constructor(width, height, description) {
    this.image = make('img', { alt: '', draggable: 'false' });
    this.veil = make('canvas', { class: 'veil', 'aria-hidden': 'true' });
    this.element = make('div', { class: 'picture', role: 'img', 'aria-label': `${description}, not begun` }, this.image, this.veil);
    this.description = description;
    this.element.style.aspectRatio = `${width} / ${height}`;
    const rows = Math.max(1, Math.round(height / guessedPlace)), columns = Math.max(1, Math.round(width / guessedPlace));
    this.#show(rows, columns, '1'.repeat(rows * columns));
  }

  /** How many places are masked, for tests and for those who don't see it. */
  get masked() { return this.#targets.filter(target => target > 0).length; }

  /** Shows a step. */
  step({ rows, columns, masked, known, total, preview }) {
    if (preview) this.image.src = preview;
    this.element.classList.add('begun');
    this.element.setAttribute('aria-label', `${this.description}, ${known} of ${total} places filled in`);
    this.#show(rows, columns, masked);
  }

  /** Shows the finished picture. */
  finish(url) {
    this.image.src = url;
    this.element.classList.add('begun', 'finished');
    this.element.setAttribute('aria-label', this.description);
    this.#show(this.#grid.rows, this.#grid.columns, '0'.repeat(this.#targets.length));
  }

  /** Nothing more will come. */
  stop() {
    this.element.classList.add('stopped');
  }

  #show(rows, columns, masked) {
    if (rows !== this.#grid.rows || columns !== this.#grid.columns) {
      this.#grid = { rows, columns };
      this.veil.width = columns * cell;
      this.veil.height = rows * cell;
      this.#alphas = [];
    }
    this.#targets = Array.from(masked, sign => sign === '1' ? 1 : 0);
    this.element.dataset.masked = this.masked;
    if (this.#alphas.length !== this.#targets.length || still.matches) this.#alphas = [...this.#targets];
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#paint());
  }

  /** Places come out of the veil within a few frames rather than at once, which is calmer to look at. */
  #paint() {
    const context = this.veil.getContext('2d');
    const { outlineColor: veil, color: dot } = getComputedStyle(this.veil);
    context.clearRect(0, 0, this.veil.width, this.veil.height);
    let moving = false;
    this.#targets.forEach((target, i) => {
      const alpha = this.#alphas[i] += Math.sign(target - this.#alphas[i]) * Math.min(0.14, Math.abs(target - this.#alphas[i]));
      moving ||= alpha !== target;
      if (alpha <= 0) return;
      const x = i % this.#grid.columns * cell, y = Math.floor(i / this.#grid.columns) * cell;
      context.globalAlpha = alpha * 0.8;
      context.fillStyle = veil;
      context.fillRect(x, y, cell, cell);
      context.globalAlpha = alpha * 0.5;
      context.fillStyle = dot;
      context.beginPath();
      context.arc(x + cell / 2, y + cell / 2, 1.6, 0, 2 * Math.PI);
      context.fill();
    });
    if (moving) this.#frame = requestAnimationFrame(() => this.#paint());
  }
}
