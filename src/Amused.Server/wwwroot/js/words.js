// How things are said.

/** "· 4 s left", or nothing where that isn't known. */
export const secondsText = seconds => seconds == null ? '' : seconds < 1 ? ' · nearly there' : ` · ${seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`} left`;

/** The names of settings, in the order in which they are shown. */
export const names = {
  prompt: 'Prompt', 'negative-prompt': 'Not in the picture', seed: 'Seed', steps: 'Steps', 'guidance-scale': 'Guidance', strength: 'Strength', temperature: 'Temperature',
  width: 'Width', height: 'Height', model: 'Model', lora: 'LoRAs', 'aesthetic-score': 'Aesthetic score', crop: 'Crop', 'no-composite': 'Kept places redrawn', command: 'Made by',
};

const made = { generate: 'words', img2img: 'words and a picture', inpaint: 'words and a painted picture' };

/** A setting's value for people. */
export const valueText = (name, value) => value == null || value === '' ? '–'
  : name === 'command' ? made[value] ?? value
  : Array.isArray(value) ? value.map(item => valueText(null, item)).join(name === 'temperature' ? ' → ' : ', ')
  : typeof value === 'number' ? String(Number.isInteger(value) ? value : Number(value.toPrecision(6))) : typeof value === 'boolean' ? value ? 'yes' : 'no' : String(value);

/** A file's name for a picture: the beginning of its prompt and its seed. */
export const fileName = settings => `${`${settings?.prompt ?? ''}`.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 40) || 'picture'}-${settings?.seed ?? 0}.png`;
