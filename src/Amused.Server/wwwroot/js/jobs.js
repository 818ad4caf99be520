// The jobs on the server: submitting, watching and cancelling them.
import { events, get, post } from './api.js';

const isOpen = answer => answer.status === 'queued' || answer.status === 'running';

// A browser opens six connections to a server, in all its tabs together; each stream of events holds one. The other jobs are asked after now and then.
const mostStreams = 3;
const askEvery = 800;
const askEveryIdle = 5000;

/** A job that this page follows. Events: `state`, `step` (detail: the step) and `end`. */
export class FollowedJob extends EventTarget {
  constructor(answer) {
    super();
    this.answer = answer;
    this.ended = new Promise(resolve => this.addEventListener('end', resolve, { once: true }));
  }

  get id() { return this.answer.id; }
  get isOpen() { return isOpen(this.answer); }

  update(answer) {
    if (!this.isOpen) return;
    this.answer = answer;
    this.dispatchEvent(new Event('state'));
    if (!this.isOpen) this.dispatchEvent(new Event('end'));
  }

  step(step) {
    Object.assign(this.answer, { step: step.step, steps: step.steps, seconds_left: step.seconds_left });
    this.dispatchEvent(new CustomEvent('step', { detail: step }));
  }
}

/** All jobs. Event `change`: the list of open ones is another, or one of them has gone on. */
export class Jobs extends EventTarget {
  #followed = new Map();
  #streams = new Set();
  #timer = null;
  #due = Infinity;

  /** The server's open jobs, those of other clients among them, in the order in which they were submitted. */
  open = [];

  /** Submits a job and follows it. */
  async submit(body) {
    const job = this.follow(await post('/api/jobs', body));
    this.open.push(job.answer);
    this.#changed();
    return job;
  }

  /** Follows a job that is there already. */
  follow(answer) {
    const job = new FollowedJob(answer);
    this.#followed.set(job.id, job);
    this.#watchSome();
    this.#askSoon();
    return job;
  }

  async cancel(id) {
    const answer = await post(`/api/jobs/${id}/cancel`);
    this.#followed.get(id)?.update(answer);
    await this.ask();
  }

  /** Asks for the list and gives it. */
  async ask(options) {
    const before = [...this.#followed.values()];
    const { data } = await get('/api/jobs', options);
    for (const answer of data) {
      if (!this.#streams.has(answer.id)) this.#followed.get(answer.id)?.update(answer);
    }
    const known = new Set(data.map(answer => answer.id));
    // A job that was submitted meanwhile may be missing in the answer.
    for (const job of before) {
      // The server was started anew, or somebody deleted the job.
      if (job.isOpen && !known.has(job.id)) job.update({ ...job.answer, status: 'failed', error: { message: 'the server has forgotten this job: it may have been restarted; generate again' } });
      if (!job.isOpen) this.#followed.delete(job.id);
    }
    this.open = data.filter(isOpen).reverse();
    this.#changed();
    this.#watchSome();
    return data;
  }

  #watchSome() {
    const waiting = [...this.#followed.values()].filter(job => job.isOpen && !this.#streams.has(job.id));
    for (const job of waiting.slice(0, mostStreams - this.#streams.size)) this.#watch(job);
  }

  async #watch(job) {
    this.#streams.add(job.id);
    try {
      for await (const { name, data } of events(`/api/jobs/${job.id}/events`, { background: true })) {
        if (name === 'step') job.step(data);
        else job.update(data);
        this.#replace(job.answer);
      }
    } catch {
      // A connection that broke.
    }
    this.#streams.delete(job.id);
    // What became of a job whose stream broke off, the list has to say first: watched again at once, a job that is gone would keep the server busy.
    if (!job.isOpen) this.#watchSome();
    this.#askSoon();
  }

  #replace(answer) {
    this.open = this.open.map(known => known.id === answer.id ? answer : known).filter(isOpen);
    this.#changed();
  }

  #askSoon() {
    const busy = [...this.#followed.values()].some(job => job.isOpen) || this.open.length > 0;
    const wait = busy ? askEvery : askEveryIdle;
    // Never later than it was going to be: else what keeps happening would keep the question from being asked.
    if (this.#due <= Date.now() + wait) return;
    clearTimeout(this.#timer);
    this.#due = Date.now() + wait;
    this.#timer = setTimeout(async () => {
      if (!document.hidden) await this.ask({ background: true }).catch(() => {});
      this.#due = Infinity;
      this.#askSoon();
    }, wait);
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
