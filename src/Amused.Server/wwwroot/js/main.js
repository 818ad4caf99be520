// Starts the page and ties its parts together.
import { get, onKeyNeeded } from './api.js';
import { Compare } from './compare.js';
import { announce, button, byId, showError } from './dom.js';
import { setUpDrop } from './drop.js';
import { FieldError, numberOf, showFieldError } from './fields.js';
import { setUpHelp } from './help.js';
import { History } from './history.js';
import { Jobs } from './jobs.js';
import { askForKey } from './key.js';
import { settingsOf } from './png-text.js';
import { setUpQueue } from './queue.js';
import { RunView } from './run-view.js';
import { watchServer } from './server-state.js';
import { Settings } from './settings.js';
import { setUpShortcuts } from './shortcuts.js';
import { SourcePicture } from './source-picture.js';
import { SweepView, readSweep, setUpSweep } from './sweep.js';
import { setUpTheme } from './theme.js';
import { view } from './viewer.js';
import { currentView, setUpViews } from './views.js';

// Older runs leave the page; their pictures are in the history.
const mostRuns = 12;
// Every model knows these, the one in the box as well.
const examples = ['a fox in the snow at night', 'a red house and a tree on a meadow by day', 'a yellow boat on the sea at sunset'];

onKeyNeeded(askForKey);
const jobs = new Jobs();
const compare = new Compare();
const source = new SourcePicture();
let settings;
/** What this page has started and what hasn't ended: things with `cancel`. */
const open = new Set();

// What the parts ask of the whole.
const page = {
  view: (result, ondelete) => view(result, page, ondelete),
  async usePicture(result) {
    await source.useResult(result);
    location.hash = 'create';
    byId('source').scrollIntoView({ block: 'nearest' });
    byId('source').querySelector('input').focus();
  },
  restore(values, from = 'the picture') {
    const missing = settings.restore(values);
    location.hash = 'create';
    notice([`The settings of ${from} are in the form.`, ...missing].join(' '));
    byId('prompt').focus();
  },
  compare(result) {
    compare.add(result);
    if (compare.count === 2) location.hash = 'compare';
  },
  finished(results) {
    settings.remember(results.at(-1).settings.seed);
    // A model says its own settings once it has been loaded.
    if (settings.lacksFacts) askModels().catch(() => {});
    if (currentView() === 'history') history.showNew();
  },
  focusPrompt: () => byId('prompt').focus(),
};
const history = new History(page);

async function askModels() {
  const [models, loras] = await Promise.all(['/api/models', '/api/loras'].map(path => get(path, { background: true })));
  settings.setModels(models.data, loras.data);
}

function notice(text) {
  showError(byId('form-notice'), text);
}

/** Shows an error at its field where it has one, else below the button that was pressed. */
function showFailure(error, place) {
  // What the server names may lie in a field of another name, or not be shown.
  const fields = { image: 'source-file', width: 'size', height: 'size' };
  const field = error instanceof FieldError ? error.param : fields[error.param] ?? error.param;
  if (!field || !showFieldError(field, error.message)) showError(byId(place), error.message);
}

function addRun(view) {
  byId('empty').hidden = true;
  byId('runs').prepend(view.element);
  [...byId('runs').children].slice(mostRuns).forEach(old => old.remove());
  // On a phone the stage lies below the form, and a long form's lower end lies below the stage.
  const { top } = view.element.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) view.element.scrollIntoView({ block: 'start' });
}

function track(item) {
  open.add(item);
  showOpen();
  item.ended.finally(() => {
    open.delete(item);
    showOpen();
  });
}

function showOpen() {
  const had = document.activeElement === byId('cancel');
  byId('cancel').hidden = open.size === 0;
  if (had && open.size === 0) byId('generate').focus();
}

function follow(job) {
  addRun(new RunView(job, page));
  if (job.isOpen) track({ ended: job.ended, cancel: () => jobs.cancel(job.id) });
}

async function attempt(place, act) {
  for (const id of ['form-error', 'sweep-error', 'form-notice']) showError(byId(id), null);
  try {
    const body = { ...settings.read(), ...await source.read() };
    const strength = numberOf('strength');
    if (source.isChosen && strength !== undefined) body.strength = strength;
    await act(body);
  } catch (error) {
    showFailure(error, place);
  }
}

const generate = () => attempt('form-error', async body => {
  if (!body.prompt && !body.image) throw Object.assign(new Error('Write what the picture should show.'), { param: 'prompt' });
  follow(await jobs.submit(body));
  announce('Submitted.');
});

const sweep = () => attempt('sweep-error', async body => {
  const grid = readSweep(source.isChosen);
  if (!body.prompt && !body.image && grid.across.key !== 'prompt' && grid.down.key !== 'prompt') throw Object.assign(new Error('Write what the pictures should show.'), { param: 'prompt' });
  const view = new SweepView(grid, page);
  addRun(view);
  track({ ended: view.run(jobs, body), cancel: () => view.cancel(jobs) });
});

const cancel = () => Promise.allSettled([...open].map(item => item.cancel()));

async function useSource(file) {
  try {
    await source.useFile(file);
    location.hash = 'create';
  } catch (error) {
    showFailure(error, 'form-error');
  }
}

async function takeFile(file) {
  const values = await settingsOf(file);
  if (values) page.restore(values, file.name || 'the picture');
  else {
    await useSource(file);
    if (source.isChosen) notice(`${file.name || 'The picture'} carries no settings: it is the picture to start from now.`);
  }
}

async function restoreFile(input) {
  const [file] = input.files;
  input.value = '';
  const values = file && await settingsOf(file);
  if (values) page.restore(values, file.name);
  else if (file) notice(`${file.name} carries no settings. PNG files that this program wrote do, unless another one has saved them anew.`);
}

function listen() {
  byId('form').addEventListener('submit', event => {
    event.preventDefault();
    generate();
  });
  byId('generate').disabled = false;
  byId('cancel').addEventListener('click', cancel);
  byId('run-sweep').addEventListener('click', sweep);
  byId('restore-file').addEventListener('change', event => restoreFile(event.target));
  source.addEventListener('file', event => useSource(event.detail));
  source.addEventListener('change', () => settings.setFromPicture(source.isChosen));
  byId('examples').append(...examples.map(text => button(text, () => {
    byId('prompt').value = text;
    byId('prompt').focus();
  }, { class: 'small' })));
  setUpDrop({ onfile: takeFile, onsource: useSource });
  setUpShortcuts({
    generate, cancel,
    find: () => byId(currentView() === 'history' ? 'search' : 'prompt').focus(),
    create: () => { location.hash = 'create'; },
    history: () => { location.hash = 'history'; },
    compare: () => { location.hash = 'compare'; },
    recall: () => settings.recall(),
    masked: () => announce(document.body.classList.toggle('no-veil') ? 'Masked places are hidden.' : 'Masked places are shown.'),
  });
}

async function start() {
  setUpTheme(byId('theme'));
  setUpHelp();
  setUpSweep();
  setUpQueue(jobs);
  if (matchMedia('(max-width: 900px)').matches) byId('settings').open = false;
  try {
    const info = await get('/info');
    byId('version').textContent = `Amused ${info.version}`;
    settings = new Settings(info);
    listen();
    setUpViews({ history: () => history.refresh() });
    document.documentElement.dataset.ready = 'yes';
    watchServer(askModels);
    // What was under way when the page was left goes on.
    for (const answer of (await jobs.ask()).filter(answer => answer.status === 'running' || answer.status === 'queued').reverse().slice(-mostRuns)) follow(jobs.follow(answer));
  } catch (error) {
    showError(byId('form-error'), error.message);
  }
}

start();
