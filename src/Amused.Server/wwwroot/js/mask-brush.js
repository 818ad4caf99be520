// A brush on a picture: what is painted is made anew. Works with mouse, pen, finger and keyboard.
import { announce } from './dom.js';

export class MaskBrush extends EventTarget {
  // What was done, rather than copies of the canvas: a picture of a million pixels has four million bytes.
  #done = [];
  #undone = [];
  #stroke = null;
  #cursor;
  #size = 32;

  erases = false;

  constructor(canvas, ring, width, height) {
    super();
    Object.assign(this, { canvas, ring });
    Object.assign(canvas, { width, height });
    this.context = canvas.getContext('2d', { willReadFrequently: true });
    this.#cursor = { x: width / 2, y: height / 2 };
    canvas.addEventListener('pointerdown', event => this.#press(event));
    canvas.addEventListener('pointermove', event => this.#move(event));
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { this.#stroke = null; });
    canvas.addEventListener('pointerleave', () => { ring.hidden = !canvas.matches(':focus-visible'); });
    canvas.addEventListener('keydown', event => this.#key(event));
    canvas.addEventListener('focus', () => this.#showRing());
    canvas.addEventListener('blur', () => { ring.hidden = true; });
  }

  /** Diameter of the brush in the picture's pixels. */
  get size() { return this.#size; }
  set size(value) {
    this.#size = Math.min(512, Math.max(4, value));
    if (!this.ring.hidden) this.#showRing();
    this.#changed();
  }

  get canUndo() { return this.#done.length > 0; }
  get canRedo() { return this.#undone.length > 0; }

  undo() { this.#shift(this.#done, this.#undone, 'Undone.'); }
  redo() { this.#shift(this.#undone, this.#done, 'Done again.'); }
  invert() { this.#add({ kind: 'invert' }); }
  clear() { this.#add({ kind: 'clear' }); }

  /** Which part of the picture is painted, 0 to 1. */
  get share() {
    const { data } = this.context.getImageData(0, 0, this.canvas.width, this.canvas.height);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 127) painted++;
    return painted / (data.length / 4);
  }

  /** The mask as the server takes it, as a PNG file: white where it is painted, black elsewhere. */
  mask() {
    const { width, height } = this.canvas;
    const copy = new OffscreenCanvas(width, height);
    const context = copy.getContext('2d');
    context.drawImage(this.canvas, 0, 0);
    context.globalCompositeOperation = 'source-in';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = '#000';
    context.fillRect(0, 0, width, height);
    return copy.convertToBlob({ type: 'image/png' });
  }

  #add(operation) {
    this.#done.push(operation);
    this.#undone = [];
    this.#draw(operation);
    this.#changed();
  }

  #shift(from, to, said) {
    if (from.length === 0) return;
    to.push(from.pop());
    this.#reset();
    this.#done.forEach(operation => this.#draw(operation));
    announce(said);
    this.#changed();
  }

  #reset() {
    this.context.globalCompositeOperation = 'source-over';
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  #draw({ kind, points, size, erases }) {
    const { context, canvas } = this;
    if (kind === 'clear') return this.#reset();
    context.fillStyle = context.strokeStyle = getComputedStyle(canvas).color;
    if (kind === 'invert') {
      // With an opaque colour, "xor" leaves exactly what was not there.
      context.globalCompositeOperation = 'xor';
      context.fillRect(0, 0, canvas.width, canvas.height);
      return;
    }
    context.globalCompositeOperation = erases ? 'destination-out' : 'source-over';
    Object.assign(context, { lineWidth: size, lineCap: 'round', lineJoin: 'round' });
    context.beginPath();
    if (points.length === 1) {
      // A line to its own beginning would leave nothing.
      context.arc(points[0].x, points[0].y, size / 2, 0, 2 * Math.PI);
      context.fill();
      return;
    }
    for (const { x, y } of points) context.lineTo(x, y);
    context.stroke();
  }

  #place(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - left) / width * this.canvas.width, y: (event.clientY - top) / height * this.canvas.height };
  }

  #begin(point) {
    this.#stroke = { kind: 'stroke', points: [point], size: this.size, erases: this.erases };
    this.#add(this.#stroke);
  }

  #go(point) {
    this.#stroke.points.push(point);
    this.#draw({ ...this.#stroke, points: this.#stroke.points.slice(-2) });
  }

  #press(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.#begin(this.#cursor = this.#place(event));
  }

  #move(event) {
    this.#cursor = this.#place(event);
    this.#showRing();
    if (!this.#stroke) return;
    const all = event.getCoalescedEvents?.() ?? [];
    for (const between of all.length ? all : [event]) this.#go(this.#place(between));
    this.#changed();
  }

  #key(event) {
    const { key, shiftKey: paints } = event;
    const step = this.size / 2;
    const way = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[key];
    if (way) this.#step(way, paints);
    else if (key === ' ') this.#begin({ ...this.#cursor });
    else if (key === '[') this.size /= 1.25;
    else if (key === ']') this.size *= 1.25;
    else if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === 'z') (event.shiftKey ? this.redo() : this.undo());
    else if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === 'y') this.redo();
    else return;
    if (!way || !paints) this.#stroke = null;
    event.preventDefault();
    event.stopPropagation();
  }

  #step([x, y], paints) {
    if (paints && !this.#stroke) this.#begin({ ...this.#cursor });
    this.#cursor = { x: Math.min(this.canvas.width, Math.max(0, this.#cursor.x + x)), y: Math.min(this.canvas.height, Math.max(0, this.#cursor.y + y)) };
    if (paints) this.#go(this.#cursor);
    this.#showRing();
    if (paints) this.#changed();
  }

  #showRing() {
    const { x, y } = this.#cursor, { width, height } = this.canvas;
    Object.assign(this.ring.style, { left: `${x / width * 100}%`, top: `${y / height * 100}%`, width: `${this.size / width * 100}%` });
    this.ring.hidden = false;
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
