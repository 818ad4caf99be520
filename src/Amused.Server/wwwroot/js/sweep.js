// A grid of pictures, one for each pair of values of two settings.
import { byId, announce, make, showError } from './dom.js';
import { PictureView } from './picture-view.js';
import { Result } from './result.js';

const mostCells = 64;
const numbers = text => text.split(/[,;\s]+/).filter(Boolean).map(Number);
const words = text => text.split('|').map(part => part.trim()).filter(Boolean);

const axes = {
  guidance_scale: { name: 'Guidance', read: numbers, example: '2, 5, 10' },
  steps: { name: 'Steps', read: numbers, example: '4, 8, 12' },
  seed: { name: 'Seed', read: numbers, example: '1, 2, 3' },
  strength: { name: 'Strength', read: numbers, example: '0.3, 0.5, 0.7', needsPicture: true },
  temperature: { name: 'Temperature', read: text => numbers(text).map(value => [value, 0]), example: '0, 2, 4' },
  prompt: { name: 'Prompt', read: words, example: 'a red fox | a blue fox' },
  negative_prompt: { name: 'Not in the picture', read: words, example: 'snow | trees' },
};

/** Fills in the choices. */
export function setUpSweep() {
  const options = () => Object.entries(axes).map(([value, { name }]) => make('option', { value }, name));
  byId('sweep-across').append(...options());
  byId('sweep-down').append(make('option', { value: '' }, 'Nothing'), ...options());
  for (const id of ['sweep-across', 'sweep-down']) {
    const show = () => {
      const axis = axes[byId(id).value];
      Object.assign(byId(`${id}-values`), { placeholder: axis?.example ?? '', value: axis?.example ?? '', disabled: !axis });
    };
    byId(id).addEventListener('change', show);
    show();
  }
}

/** The grid that the form asks for. */
export function readSweep(hasPicture) {
  const across = readAxis('sweep-across', hasPicture);
  const down = byId('sweep-down').value ? readAxis('sweep-down', hasPicture) : { key: null, name: '', values: [null] };
  if (across.key === down.key) throw new Error('Across and down are the same setting: choose another one for one of them.');
  const count = across.values.length * down.values.length;
  if (count > mostCells) throw new Error(`${count} pictures are too many: at most ${mostCells} are possible.`);
  return { across, down };
}

function readAxis(id, hasPicture) {
  const key = byId(id).value;
  const { name, read, example, needsPicture } = axes[key];
  const values = read(byId(`${id}-values`).value);
  const isRight = value => [value].flat().every(part => typeof part === 'string' || Number.isFinite(part));
  if (values.length === 0 || !values.every(isRight)) throw new Error(`${name} needs values such as ${example}.`);
  if (needsPicture && !hasPicture) throw new Error(`${name} has a meaning only with a picture to start from: choose one above.`);
  return { key, name, values };
}

const textOf = value => [value].flat()[0] ?? '';

/** A grid on the stage. */
export class SweepView {
  #cells = [];
  #open = new Set();
  #stopped = false;
  #failed = false;

  constructor({ across, down }, page) {
    this.page = page;
    this.error = make('p', { class: 'error', role: 'alert', hidden: true });
    const row = value => make('tr', {}, down.key ? make('th', { scope: 'row' }, textOf(value)) : null, ...across.values.map(other => this.#cell({ [across.key]: other, ...(down.key && { [down.key]: value }) }, [across, other], [down, value])));
    this.element = make('article', { class: 'run sweep', 'aria-label': 'Sweep grid' },
      make('div', { class: 'table' }, make('table', {},
        make('caption', {}, down.key ? `${across.name} across, ${down.name.toLowerCase()} down` : across.name),
        make('thead', {}, make('tr', {}, down.key ? make('td', {}) : null, ...across.values.map(value => make('th', { scope: 'col' }, textOf(value))))),
        make('tbody', {}, ...down.values.map(row)))), this.error);
  }

  /** Submits a job for each cell, in reading order; ends when the last of them has ended. */
  async run(jobs, body) {
    const ends = [];
    for (const cell of this.#cells) {
      const job = this.#stopped ? null : await this.#submit(jobs, { ...body, ...cell.change, n: 1 });
      if (!job) {
        cell.say('not made');
        continue;
      }
      cell.follow(job);
      this.#open.add(job.id);
      ends.push(job.ended.then(() => this.#open.delete(job.id)));
      // Cancelled while it was being submitted.
      if (this.#stopped) await jobs.cancel(job.id);
    }
    await Promise.all(ends);
    announce(this.#failed ? 'The grid could not be finished.' : this.#stopped ? 'The grid was cancelled.' : 'The grid is done.');
  }

  async cancel(jobs) {
    this.#stopped = true;
    await Promise.allSettled([...this.#open].map(id => jobs.cancel(id)));
  }

  async #submit(jobs, body) {
    for (;;) {
      try {
        const job = await jobs.submit(body);
        showError(this.error, null);
        return job;
      } catch (error) {
        if (error.status !== 429 || this.#stopped) {
          // Cancelling while it waits is no failure.
          this.#failed = error.status !== 429;
          this.#stopped = true;
          if (this.#failed) showError(this.error, error.message);
          return null;
        }
        // A grid may be larger than the queue: its other cells wait here.
        await new Promise(resolve => setTimeout(resolve, (error.retryAfter ?? 2) * 1000));
      }
    }
  }

  #cell(change, ...named) {
    const cell = new Cell(change, named.filter(([axis]) => axis.key).map(([axis, value]) => `${axis.name} ${textOf(value)}`).join(', '), this.page);
    this.#cells.push(cell);
    return make('td', {}, cell.element);
  }
}

class Cell {
  job = null;

  constructor(change, name, page) {
    Object.assign(this, { change, name, page });
    this.state = make('span', { class: 'cell-state' }, 'waits');
    this.view = new PictureView(256, 256, name);
    this.element = make('button', { type: 'button', class: 'thumb', disabled: true, 'aria-label': `${name}: waits` }, this.view.element, this.state);
  }

  say(text) {
    this.state.textContent = text;
    // The label is all that a screen reader tells of a button.
    this.element.setAttribute('aria-label', text ? `${this.name}: ${text}` : this.name);
  }

  follow(job) {
    this.job = job;
    this.view.element.style.aspectRatio = `${job.answer.width} / ${job.answer.height}`;
    job.addEventListener('state', () => {
      const { status, step, steps } = job.answer;
      this.say(status === 'running' ? steps ? `${step} of ${steps}` : 'begins' : status === 'queued' ? 'waits' : '');
    });
    job.addEventListener('step', ({ detail: { step, steps, images } }) => {
      this.say(`${step} of ${steps}`);
      this.view.step(images[0]);
    });
    job.addEventListener('end', () => this.#end().catch(error => this.say(error.message)));
  }

  async #end() {
    const { status, error } = this.job.answer;
    if (status !== 'done') {
      this.view.stop();
      this.say(error?.message ?? status);
      if (error) announce(`${this.name}: ${error.message}`);
      return;
    }
    const [result] = await Result.ofJob(this.job.answer);
    this.view.finish(result.url);
    this.say('');
    this.element.disabled = false;
    this.element.addEventListener('click', () => this.page.view(result, () => { this.element.disabled = true; this.say('deleted'); }));
    this.page.finished([result]);
  }
}
