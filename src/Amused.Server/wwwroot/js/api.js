// Talks to the server. Every request goes through here, so that the key and the wording of errors have one place.

const keyName = 'amused-key';

/** An error that the server told, or that it can't be reached. */
export class ApiError extends Error {
  constructor(message, { status = 0, param = null, code = null, retryAfter = null } = {}) {
    super(message);
    Object.assign(this, { status, param, code, retryAfter });
  }
}

let askForKey = async () => null;
let declined = false;

/** Who asks the user for a key when the server wants one. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

/** Sends a request and gives the answer, which was a success. One that the page makes by itself (`background`) doesn't ask again for a key that the user would rather not give. */
export async function send(path, { method = 'GET', body, signal, background = false } = {}) {
  for (let wrongKey = false; ; wrongKey = true) {
    const answer = await attempt(path, method, body, signal);
    if (answer.ok) return answer;
    if (answer.status !== 401) throw await errorOf(answer);
    // Kept for the tab's session only: a key is a secret, and this may not be the user's own machine.
    const key = background && declined ? null : await askForKey(wrongKey || sessionStorage.getItem(keyName) !== null);
    declined = key === null;
    if (declined) throw new ApiError('This server needs a key. Its owner gave it one when it was started.', { status: 401 });
    sessionStorage.setItem(keyName, key);
  }
}

export const get = async (path, options) => (await send(path, options)).json();
export const post = async (path, body) => (await send(path, { method: 'POST', body })).json();
export const remove = path => send(path, { method: 'DELETE' });

/** Reads server-sent events: EventSource can't carry a key in a header. */
export async function* events(path, options) {
  const answer = await send(path, options);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) yield eventOf(part);
  }
}

async function attempt(path, method, body, signal) {
  const headers = {};
  const key = sessionStorage.getItem(keyName);
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(path, { method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (cause) {
    if (cause.name === 'AbortError') throw cause;
    throw new ApiError('The server does not answer. Is “amused serve” still running?', { code: 'unreachable' });
  }
}

async function errorOf(answer) {
  const told = await answer.json().then(body => body.error, () => null);
  const retryAfter = Number(answer.headers.get('Retry-After')) || null;
  return new ApiError(sentence(told?.message ?? `The server answered ${answer.status}.`, retryAfter), { status: answer.status, param: told?.param, code: told?.code, retryAfter });
}

function sentence(message, retryAfter) {
  const begun = message.charAt(0).toUpperCase() + message.slice(1).replace(/\.$/, '') + '.';
  return retryAfter ? `${begun} Try again in ${retryAfter} s, or cancel something in the queue.` : begun;
}

function eventOf(text) {
  const field = name => text.split('\n').filter(line => line.startsWith(`${name}: `)).map(line => line.slice(name.length + 2)).join('\n');
  return { name: field('event'), data: JSON.parse(field('data')) };
}
