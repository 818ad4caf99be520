// A finished picture, wherever it came from: a job of this page or the history.
import { send } from './api.js';
import { byServedNames, settingsOf } from './png-text.js';

// The pictures of long-forgotten results would stay in memory as long as the tab. Whatever shows one knows its result, too.
const forgotten = new FinalizationRegistry(url => URL.revokeObjectURL(url));

export class Result {
  #blob = null;

  constructor({ path, historyId = null, settings = null }) {
    Object.assign(this, { path, historyId, settings });
  }

  /** The pictures of a job that is done. The file carries its settings. */
  static ofJob = answer => Promise.all(answer.images.map(image => new Result({ path: image.url, historyId: image.history_id }).load()));

  /** A row of the history, which says its settings itself. */
  static ofHistory(item) {
    const result = new Result({ path: item.url, historyId: item.id, settings: byServedNames(item.settings) });
    // Open by its address, which nobody guesses: no need to hold it in memory.
    result.url = item.url;
    return result;
  }

  /** Fetches the file; afterwards `url` shows it, also where a key is needed. */
  async load() {
    const blob = await this.blob();
    if (!this.url) forgotten.register(this, this.url = URL.createObjectURL(blob));
    this.settings ??= await settingsOf(blob) ?? {};
    return this;
  }

  async blob() {
    return this.#blob ??= await (await send(this.path)).blob();
  }

  /** How a request names the picture: by its id if the server has it, else by its bytes. */
  async reference() {
    return this.historyId ?? dataUrl(await this.blob());
  }
}

/** A file as a data URL. */
export const dataUrl = blob => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(blob);
});
