// The three views of the page, each at its own address, so that the browser's "back" works.
import { byId } from './dom.js';

const titles = { create: 'Amused', history: 'History – Amused', compare: 'Compare – Amused' };

export const currentView = () => Object.hasOwn(titles, location.hash.slice(1)) ? location.hash.slice(1) : 'create';

/** Shows the view of the address, now and whenever it changes; `onshow` is told by name. */
export function setUpViews(onshow) {
  const show = () => {
    const current = currentView();
    document.title = titles[current];
    for (const name of Object.keys(titles)) byId(`${name}-view`).hidden = name !== current;
    for (const link of document.querySelectorAll('nav a')) {
      if (link.hash === `#${current}`) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    onshow[current]?.();
  };
  addEventListener('hashchange', () => {
    show();
    // Who has followed a link hears where they are.
    if (currentView() !== 'create') byId(`${currentView()}-view`).querySelector('h2').focus();
  });
  show();
}
