// Whether the server can work: it may still be loading its model, or have gone.
import { byId } from './dom.js';

const words = { ready: '', loading: 'Loading the model…', stopping: 'The server is about to stop.', unreachable: 'The server does not answer.' };
const askEvery = 1500;
const askEveryReady = 15000;

/** Shows the state in the page's head; calls `onready` at once, whenever the server has become ready, and again after a call that failed. */
export async function watchServer(onready) {
  for (let before = null, failed = false; ;) {
    const state = await ask();
    const changed = state !== before;
    if (changed) {
      byId('server-state').textContent = words[state];
      byId('server-state').dataset.state = state;
    }
    if (before === null || (state === 'ready' && (changed || failed))) failed = await onready().then(() => false, () => true);
    before = state;
    await new Promise(resolve => setTimeout(resolve, state === 'ready' ? askEveryReady : askEvery));
  }
}

// Open without a key, and 503 is an answer like others here: so not through api.js.
const ask = () => fetch('/readyz').then(answer => answer.json()).then(({ status }) => status, () => 'unreachable');
