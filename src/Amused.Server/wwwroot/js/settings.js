// The form: from its fields to a request, and from a picture's settings back to the fields.
import { byId, make } from './dom.js';
import { FieldError, addSlider, clearFieldErrors, numberOf } from './fields.js';

const largestSeed = 2 ** 32;
const numbers = ['steps', 'guidance_scale', 'strength', 'n', 'temperature', 'temperature_end', 'aesthetic_score', 'crop', 'crop_left', 'width', 'height'];
/** Chance for a seed, as wide as the server's own. */
export const randomSeed = () => crypto.getRandomValues(new Uint32Array(1))[0];

export class Settings {
  #models = [];
  #follow = [...document.querySelectorAll('.slider input')].map(addSlider);
  #lastSeed = null;

  constructor(info) {
    byId('steps').max = info.most_steps;
    byId('n').max = info.most_images;
    byId('prompt').maxLength = byId('negative_prompt').maxLength = info.most_prompt_length;
    byId('seed').addEventListener('input', () => this.#seedMode('fixed'));
    byId('size').addEventListener('change', () => this.#showOwnSize());
    byId('model').addEventListener('change', () => this.#showModel());
    byId('recall').addEventListener('click', () => this.recall());
    byId('reset').addEventListener('click', () => this.reset());
    this.#showModel();
  }

  /** Fills in what the server can do. */
  setModels(models, loras) {
    this.#models = models;
    const chosen = byId('model').value;
    byId('model').replaceChildren(...models.map(model => make('option', { value: model.id, selected: model.id === chosen }, model.id)));
    byId('model-field').hidden = models.length < 2;
    byId('loras-field').hidden = loras.length === 0;
    if (byId('loras').children.length === 0) byId('loras').append(...loras.map(loraRow));
    this.#showModel();
  }

  /** Whether the models, or one of them, are not known yet. */
  get lacksFacts() { return this.#models.length === 0 || this.#models.some(model => model.width == null); }

  /** Whether a picture to start from is chosen: it has a strength, and a size of its own. */
  setFromPicture(isChosen) {
    byId('strength-field').hidden = !isChosen;
    byId('size-field').disabled = isChosen;
  }

  /** The request, without the picture to start from. */
  read() {
    clearFieldErrors();
    const body = { prompt: byId('prompt').value.trim(), seed: this.#seed(), n: numberOf('n') ?? 1 };
    const optional = { negative_prompt: byId('negative_prompt').value.trim() || undefined, steps: numberOf('steps'), guidance_scale: numberOf('guidance_scale'), aesthetic_score: numberOf('aesthetic_score') };
    optional.temperature = this.#pair('temperature', 'temperature_end', this.#model?.temperature);
    optional.crop = this.#pair('crop', 'crop_left', [0, 0]);
    optional.model = this.#models.length > 1 ? byId('model').value : undefined;
    optional.loras = this.#loras();
    if (!byId('size-field').disabled) Object.assign(optional, this.#size());
    for (const [name, value] of Object.entries(optional)) if (value !== undefined) body[name] = value;
    return body;
  }

  /** Remembers a seed that was used, for "Recall last". */
  remember(seed) {
    this.#lastSeed = seed;
    byId('recall').disabled = false;
  }

  recall() {
    if (this.#lastSeed === null) return;
    byId('seed').value = this.#lastSeed;
    this.#seedMode('fixed');
  }

  /** All but the prompts as the model has it. */
  reset() {
    clearFieldErrors();
    for (const id of numbers) byId(id).value = '';
    byId('n').value = 1;
    byId('size').value = 'own';
    for (const box of byId('loras').querySelectorAll('[type=checkbox]')) box.checked = false;
    this.#seedMode('random');
    this.#changed();
  }

  /** Puts a picture's settings into the form. Gives what it can't: a line each. */
  restore(settings) {
    this.reset();
    const set = (id, value) => { if (value != null) byId(id).value = Array.isArray(value) ? value[0] ?? '' : value; };
    set('prompt', settings.prompt ?? '');
    set('negative_prompt', settings['negative-prompt'] ?? '');
    set('steps', settings.steps);
    set('guidance_scale', settings['guidance-scale']);
    set('strength', settings.strength);
    set('aesthetic_score', settings['aesthetic-score']);
    [byId('temperature').value, byId('temperature_end').value] = pairText(settings.temperature);
    [byId('crop').value, byId('crop_left').value] = pairText(settings.crop);
    set('seed', settings.seed);
    this.#seedMode(settings.seed == null ? 'random' : 'fixed');
    const missing = [...this.#restoreModel(settings.model), ...this.#otherPrecision(settings.precision), ...this.#restoreLoras(settings.lora)];
    if (settings.command === 'img2img' || settings.command === 'inpaint') missing.push('The picture it was made from is not in the file: choose it below.');
    else this.#restoreSize(settings.width, settings.height);
    if (settings.command === 'sweep') missing.push('It is a grid: of each list the first value was taken.');
    this.#changed();
    return missing;
  }

  get #model() {
    return this.#models.find(model => model.id === byId('model').value) ?? this.#models[0];
  }

  #seed() {
    if (byId('form').elements.seed_mode.value === 'random') return byId('seed').value = randomSeed();
    const text = byId('seed').value.trim();
    if (/^\d+$/.test(text) && Number(text) < largestSeed) return Number(text);
    throw new FieldError('seed', `A fixed seed is a whole number from 0 to ${largestSeed - 1}; choose Random for any.`);
  }

  #seedMode(mode) {
    byId('form').elements.seed_mode.value = mode;
  }

  // One of both is enough: the other one is the model's own.
  #pair(first, second, own) {
    const [a, b] = [numberOf(first), numberOf(second)];
    return a === undefined && b === undefined ? undefined : [a ?? own?.[0] ?? b, b ?? own?.[1] ?? a];
  }

  #size() {
    const size = byId('size').value;
    if (size === 'own') return {};
    if (size === 'other') return { width: numberOf('width'), height: numberOf('height') };
    const [width, height] = size.split('x').map(Number);
    return { width, height };
  }

  #loras() {
    const chosen = [...byId('loras').querySelectorAll('.lora')].filter(row => row.querySelector('[type=checkbox]').checked);
    return chosen.length ? chosen.map(row => ({ name: row.dataset.name, scale: Number(row.querySelector('[type=number]').value || 1) })) : undefined;
  }

  #restoreModel(id) {
    if (this.#models.some(model => model.id === id)) byId('model').value = id;
    else if (id) return [`It was made by the model ${id}, which is not here.`];
    return [];
  }

  /** The server's precision is its own; in another one the same settings give a picture that is a little different. */
  #otherPrecision(made) {
    const own = this.#model?.precision;
    return made && own && made !== own ? [`It was made in ${made}; this server computes in ${own}, so that it may come out a little different.`] : [];
  }

  #restoreLoras(loras) {
    return [loras ?? []].flat().filter(text => {
      const [, name, scale] = /^(.*?)(?::([-\d.eE+]+))?$/.exec(text);
      const row = byId('loras').querySelector(`[data-name="${CSS.escape(name)}"]`);
      if (!row) return true;
      row.querySelector('[type=checkbox]').checked = true;
      row.querySelector('[type=number]').value = scale ?? 1;
      return false;
    }).map(text => `The LoRA ${text} is not here.`);
  }

  #restoreSize(width, height) {
    if (!width || !height || (width === this.#model?.width && height === this.#model?.height)) return;
    const text = `${width}x${height}`;
    byId('size').value = [...byId('size').options].some(option => option.value === text) ? text : 'other';
    [byId('width').value, byId('height').value] = [width, height];
  }

  #changed() {
    this.#follow.forEach(follow => follow());
    this.#showOwnSize();
  }

  #showOwnSize() {
    byId('own-size').hidden = byId('size').value !== 'other';
  }

  #showModel() {
    const model = this.#model;
    const hint = (id, value) => { byId(id).placeholder = value ?? ''; };
    hint('steps', model?.steps);
    hint('guidance_scale', model?.guidance_scale);
    hint('temperature', model?.temperature?.[0]);
    hint('temperature_end', model?.temperature?.[1]);
    this.#showSizes(model);
    this.#changed();
  }

  #showSizes({ width, height, size_multiple: multiple } = {}) {
    const before = byId('size').value || 'own';
    const sizes = [['own', width ? `${width} × ${height}, the model's own` : 'The model’s own']];
    if (width) {
      for (const id of ['width', 'height']) Object.assign(byId(id), { min: multiple, step: multiple, placeholder: id === 'width' ? width : height });
      // The long side grows and the short one shrinks, so that the number of pixels stays about what the model knows.
      const fit = side => Math.max(multiple, Math.round(side / multiple) * multiple);
      const [long, short] = [fit(width * 1.25), fit(height * 0.8)];
      sizes.push([`${long}x${short}`, `${long} × ${short}, wide`], [`${short}x${long}`, `${short} × ${long}, tall`]);
    }
    sizes.push(['other', 'Other…']);
    byId('size').replaceChildren(...sizes.map(([value, text]) => make('option', { value }, text)));
    // Settings may have been restored before the model's own size was known.
    const isOwn = before === 'other' && width && Number(byId('width').value) === width && Number(byId('height').value) === height;
    byId('size').value = !isOwn && sizes.some(([value]) => value === before) ? before : 'own';
  }
}

const pairText = value => Array.isArray(value) ? value : value == null ? ['', ''] : [value, value];

const loraRow = name => make('div', { class: 'row lora', 'data-name': name },
  make('label', { class: 'choice grow' }, make('input', { type: 'checkbox' }), ` ${name}`),
  make('input', { type: 'number', step: 'any', placeholder: '1', 'aria-label': `Scale of ${name}` }));
