// The pictures that were made, newest first, with a search over their prompts.
import { get } from './api.js';
import { byId, make, showError } from './dom.js';
import { Result } from './result.js';

const typingPause = 250;

export class History {
  #page;
  #next = null;
  #asked = 0;
  // What was deleted here: an answer that was under way meanwhile may still have it.
  #deleted = new Set();

  constructor(page) {
    this.#page = page;
    let timer;
    byId('search').addEventListener('input', () => {
      clearTimeout(timer);
      timer = setTimeout(() => this.refresh(), typingPause);
    });
    byId('history-more').addEventListener('click', () => this.#more(this.#next));
  }

  /** Shows the newest. */
  refresh() {
    return this.#more(null);
  }

  /** Puts what has been made since before what is there, which stays where it is. */
  async showNew() {
    const asked = this.#asked;
    const { data } = await this.#ask(null).catch(() => ({ data: [] }));
    if (asked !== this.#asked) return;
    const shown = new Set([...byId('history-list').children].map(item => item.dataset.id));
    byId('history-list').prepend(...data.filter(item => !shown.has(item.id)).map(item => this.#item(Result.ofHistory(item))));
    this.#count();
  }

  async #ask(before) {
    const search = byId('search').value.trim();
    const { data, next } = await get(`/api/history?${new URLSearchParams({ limit: '48', ...(search && { search }), ...(before && { before }) })}`);
    return { data: data.filter(item => !this.#deleted.has(item.id)), next };
  }

  async #more(before) {
    // An answer to an earlier question may come after that to a later one.
    const asked = ++this.#asked;
    try {
      const { data, next } = await this.#ask(before);
      if (asked !== this.#asked) return;
      showError(byId('history-error'), null);
      this.#next = next;
      const items = data.map(item => this.#item(Result.ofHistory(item)));
      if (before) byId('history-list').append(...items);
      else byId('history-list').replaceChildren(...items);
      if (before) items[0]?.querySelector('button').focus();
      byId('history-more').hidden = !next;
      this.#count();
    } catch (error) {
      if (asked === this.#asked) showError(byId('history-error'), error.message);
    }
  }

  #count() {
    const search = byId('search').value.trim();
    const count = byId('history-list').children.length;
    byId('history-state').textContent = count === 0
      ? search ? `No prompt holds “${search}”. Try fewer words.` : 'Nothing yet: pictures that you make come here.'
      : `${count}${this.#next ? ' and more' : ''} ${count === 1 ? 'picture' : 'pictures'}${search ? ` with “${search}”` : ''}`;
  }

  #item(result) {
    const { settings } = result;
    const open = () => this.#page.view(result, () => {
      const near = item.nextElementSibling ?? item.previousElementSibling;
      this.#deleted.add(result.historyId);
      item.remove();
      this.#count();
      (near?.querySelector('button') ?? byId('search')).focus();
    });
    const item = make('li', { 'data-id': result.historyId }, make('button', { type: 'button', class: 'thumb', onclick: open },
      make('img', { src: result.url, alt: '', loading: 'lazy' }), make('span', { class: 'thumb-title' }, settings?.prompt || 'Picture')));
    return item;
  }
}
