// A job on the stage: its pictures while they fill in, then what can be done with them.
import { announce, button, make, showError } from './dom.js';
import { actionsOf } from './actions.js';
import { PictureView } from './picture-view.js';
import { Result } from './result.js';
import { secondsText } from './words.js';

export class RunView {
  constructor(job, page) {
    Object.assign(this, { job, page });
    const { prompt, n, width, height } = job.answer;
    this.views = Array.from({ length: n }, (_, i) => new PictureView(width, height, `${prompt || 'Picture'}${n > 1 ? `, ${i + 1} of ${n}` : ''}`));
    this.figures = this.views.map(view => make('figure', {}, view.element));
    this.progress = make('progress', { max: 1, value: 0, 'aria-label': 'Progress' });
    this.state = make('span', { class: 'run-state' }, 'waits');
    this.bar = make('div', { class: 'row run-bar' }, this.progress, this.state);
    this.error = make('p', { class: 'error', role: 'alert', hidden: true });
    this.notice = make('p', { class: 'hint', hidden: true });
    this.element = make('article', { class: 'run', 'aria-label': prompt || 'Picture' },
      make('div', { class: n > 1 ? 'figures many' : 'figures' }, ...this.figures), this.bar, this.error, this.notice, make('p', { class: 'run-prompt' }, prompt));
    job.addEventListener('state', () => this.#state());
    job.addEventListener('step', event => this.#step(event.detail));
    job.addEventListener('end', () => this.#end());
    this.#state();
    if (!job.isOpen) this.#end();
  }

  #state() {
    const { status, step, steps, position } = this.job.answer;
    if (status === 'queued') this.state.textContent = position ? `waits, ${position} before it` : 'waits for its turn';
    else if (status === 'running') this.state.textContent = steps ? `step ${step} of ${steps}` : 'begins';
    if (steps) this.progress.value = step / steps;
  }

  #step({ step, steps, seconds_left, images }) {
    this.progress.value = step / steps;
    this.state.textContent = `step ${step} of ${steps}${secondsText(seconds_left)}`;
    this.element.dataset.step = step;
    images.forEach((image, i) => this.views[i].step(image));
    // Each step would be too much to listen to. The first ones may be over before they can be heard of.
    const stage = step * 2 < steps ? 'The picture begins.' : 'Half of the steps are done.';
    if (stage !== this.stage) announce(this.stage = stage);
  }

  async #end() {
    const { status, error, notices } = this.job.answer;
    this.bar.hidden = true;
    showError(this.notice, notices?.join(' '));
    if (status === 'done') {
      await this.#finish().catch(failure => this.#fail(failure.message));
    } else {
      this.views.forEach(view => view.stop());
      if (status === 'cancelled') this.#cancelled();
      else this.#fail(`${error?.message ?? 'The server failed'}.`);
    }
    this.element.dataset.status = status;
  }

  async #finish() {
    const results = await Result.ofJob(this.job.answer);
    results.forEach((result, i) => {
      this.views[i].finish(result.url);
      this.#caption(result, this.figures[i]);
    });
    announce(results.length > 1 ? `${results.length} pictures are done.` : 'The picture is done.');
    this.page.finished(results);
  }

  #caption(result, figure) {
    const error = make('p', { class: 'error', role: 'alert', hidden: true });
    const actions = actionsOf(result, this.page, {
      onerror: message => showError(error, message),
      ondelete: () => {
        figure.remove();
        if (!this.element.querySelector('figure')) this.element.remove();
        this.page.focusPrompt();
      },
    });
    const large = button('Look at it', () => this.page.view(result), { class: 'small' });
    actions.prepend(large);
    figure.append(make('figcaption', {}, make('span', { class: 'seed' }, `Seed ${result.settings.seed ?? '?'}`), actions, error));
  }

  #cancelled() {
    showError(this.notice, 'Cancelled.');
    announce('Cancelled.');
  }

  #fail(message) {
    showError(this.error, message.charAt(0).toUpperCase() + message.slice(1));
    this.views.forEach(view => view.stop());
  }
}
