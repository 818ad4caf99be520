// Two results beside each other, or one over the other, and what differs in their settings.
import { announce, button, byId, make } from './dom.js';
import { names, valueText } from './words.js';

export class Compare {
  #chosen = [];
  #over = false;

  constructor() {
    this.#show();
  }

  get count() { return this.#chosen.length; }

  /** Adds a picture. A third one takes the second place, so that several can be held against the first. */
  add(result) {
    this.#chosen = [...this.#chosen.filter(chosen => chosen !== result).slice(0, 1), result];
    announce(this.count === 1 ? 'Chosen for comparison. Choose another one.' : 'Two pictures to compare.');
    this.#show();
  }

  #change(chosen) {
    this.#chosen = chosen;
    this.#show();
  }

  #show() {
    byId('compare-count').hidden = this.count === 0;
    byId('compare-count').textContent = this.count;
    const both = this.count === 2;
    const over = button(this.#over ? 'Side by side' : 'One over the other', () => {
      this.#over = !this.#over;
      this.#show();
      byId('compare-actions').querySelector('button').focus();
    }, { class: 'small', disabled: !both });
    byId('compare-actions').replaceChildren(over,
      button('Swap', () => this.#change(this.#chosen.toReversed()), { class: 'small', disabled: !both }),
      button('Clear', () => this.#change([]), { class: 'small', disabled: this.count === 0 }));
    byId('compare').replaceChildren(...(this.count === 0 ? [this.#empty()] : both && this.#over ? [this.#laid(), this.#table()] : [this.#beside(), ...(both ? [this.#table()] : [])]));
  }

  #empty = () => make('p', { class: 'hint center' }, 'Press “Compare” below two pictures, new ones or from the history, and they stand here beside each other.');

  #beside() {
    const picture = (result, i) => make('figure', {}, make('img', { src: result.url, alt: `${'AB'[i]}: ${result.settings.prompt ?? ''}` }), make('figcaption', {}, make('b', {}, 'AB'[i]), ` ${result.settings.prompt ?? ''}`));
    const missing = make('p', { class: 'hint slot' }, 'Choose another one.');
    return make('div', { class: 'beside' }, ...this.#chosen.map(picture), this.count === 1 ? missing : null);
  }

  #laid() {
    const [a, b] = this.#chosen;
    const above = make('img', { class: 'above', src: b.url, alt: `B: ${b.settings.prompt ?? ''}` });
    const slider = make('input', { type: 'range', min: 0, max: 100, value: 50, 'aria-label': 'How much of A is seen, in per cent', oninput: () => cut() });
    const cut = () => { above.style.clipPath = `inset(0 0 0 ${slider.value}%)`; };
    cut();
    return make('div', { class: 'laid' }, make('div', { class: 'laid-pictures' }, make('img', { src: a.url, alt: `A: ${a.settings.prompt ?? ''}` }), above), slider);
  }

  #table() {
    const [a, b] = this.#chosen.map(result => result.settings);
    const rows = Object.entries(names).filter(([name]) => a[name] != null || b[name] != null).map(([name, label]) => {
      const [left, right] = [valueText(name, a[name]), valueText(name, b[name])];
      const differs = left !== right;
      return make('tr', { class: differs ? 'differs' : null }, make('th', { scope: 'row' }, label, differs ? make('span', { class: 'sr-only' }, ' (differs)') : null), make('td', {}, left), make('td', {}, right));
    });
    return make('div', { class: 'table' }, make('table', {},
      make('caption', { class: 'sr-only' }, 'Settings of both pictures'),
      make('thead', {}, make('tr', {}, make('td', {}), make('th', { scope: 'col' }, 'A'), make('th', { scope: 'col' }, 'B'))),
      make('tbody', {}, ...rows)));
  }
}
