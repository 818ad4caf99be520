// Light, dark, or as the system is. The choice stays in this browser.
import { announce } from './dom.js';

const themes = {
  '': { sign: '◐', name: 'as the system' },
  light: { sign: '☀', name: 'light' },
  dark: { sign: '☾', name: 'dark' },
};

export function setUpTheme(button) {
  const names = Object.keys(themes);
  const show = () => {
    const theme = themes[document.documentElement.dataset.theme ?? ''];
    button.textContent = theme.sign;
    button.setAttribute('aria-label', `Theme: ${theme.name}`);
    button.title = `Theme: ${theme.name}`;
  };
  button.addEventListener('click', () => {
    const next = names[(names.indexOf(document.documentElement.dataset.theme ?? '') + 1) % names.length];
    if (next) document.documentElement.dataset.theme = next;
    else delete document.documentElement.dataset.theme;
    localStorage.setItem('amused-theme', next);
    show();
    announce(`Theme: ${themes[next].name}`);
  });
  show();
}
