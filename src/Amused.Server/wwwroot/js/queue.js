// The list of what is being made and what waits.
import { byId, button, make, showError } from './dom.js';
import { secondsText } from './words.js';

export function setUpQueue(jobs) {
  const rows = new Map();
  const show = () => {
    byId('queue').hidden = jobs.open.length === 0;
    byId('cancel-all').hidden = jobs.open.length < 2;
    for (const [id, row] of rows) {
      if (jobs.open.some(answer => answer.id === id)) continue;
      // Who has just pressed its button must not lose their place on the page.
      const next = row.element.contains(document.activeElement) ? row.element.nextElementSibling?.querySelector('button') ?? byId('prompt') : null;
      row.element.remove();
      rows.delete(id);
      next?.focus();
    }
    for (const answer of jobs.open) {
      if (!rows.has(answer.id)) rows.set(answer.id, new QueueRow(answer, jobs));
      rows.get(answer.id).show(answer);
    }
  };
  jobs.addEventListener('change', show);
  byId('cancel-all').addEventListener('click', () => Promise.allSettled(jobs.open.map(answer => jobs.cancel(answer.id))));
}

class QueueRow {
  constructor(answer, jobs) {
    const title = answer.prompt || 'a picture without a prompt';
    this.state = make('span', { class: 'queue-state' });
    this.progress = make('progress', { max: 1, value: 0, 'aria-label': `Progress of ${title}` });
    this.error = make('p', { class: 'error', role: 'alert', hidden: true });
    const cancel = button('Cancel', () => jobs.cancel(answer.id).catch(error => showError(this.error, error.message)), { class: 'small', 'aria-label': `Cancel ${title}` });
    this.element = make('li', {}, make('span', { class: 'queue-prompt', title }, title), this.progress, this.state, cancel, this.error);
    byId('queue-list').append(this.element);
  }

  show(answer) {
    this.progress.value = answer.steps ? answer.step / answer.steps : 0;
    this.state.textContent = answer.status === 'running'
      ? answer.steps ? `step ${answer.step} of ${answer.steps}${secondsText(answer.seconds_left)}` : 'begins'
      : answer.position ? `${answer.position} before it` : 'next';
  }
}
