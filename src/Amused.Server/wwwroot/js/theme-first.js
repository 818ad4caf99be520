// A plain script, not a module: modules wait until the page is there, and a dark page would flash white.
const chosen = localStorage.getItem('amused-theme');
if (chosen) document.documentElement.dataset.theme = chosen;
