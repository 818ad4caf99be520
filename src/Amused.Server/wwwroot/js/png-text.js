// Reads the settings that a PNG file carries: the text under the keyword "amused", as the program writes it.

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The settings of a picture's file, or null when it carries none. */
export async function settingsOf(blob) {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  if (!signature.every((byte, i) => bytes[i] === byte)) return null;
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const text = textOf(type, bytes.subarray(at + 8, Math.min(at + 8 + length, bytes.length)));
    if (text?.keyword === 'amused') return parsed(text.value);
    at += length + 12;
  }
  return null;
}

function textOf(type, data) {
  if (type !== 'tEXt' && type !== 'iTXt') return null;
  const end = data.indexOf(0);
  const keyword = latin1(data.subarray(0, end));
  if (type === 'tEXt') return { keyword, value: latin1(data.subarray(end + 1)) };
  // Compression flag and method, then language and translated keyword, each with a zero at its end.
  if (data[end + 1] !== 0) return null;
  const language = data.indexOf(0, end + 3);
  return { keyword, value: new TextDecoder().decode(data.subarray(data.indexOf(0, language + 1) + 1)) };
}

// Not TextDecoder('latin1'): browsers read that as windows-1252.
const latin1 = bytes => Array.from(bytes, byte => String.fromCharCode(byte)).join('');

function parsed(json) {
  try {
    const settings = JSON.parse(json);
    return settings && typeof settings === 'object' && !Array.isArray(settings) ? byServedNames(settings) : null;
  } catch {
    return null;
  }
}

/** Settings with model and LoRAs by the names that a server has for them; a picture says its files and folders too, for the command line. */
export const byServedNames = ({ 'server-model': model, 'server-lora': lora, ...settings }) => model == null ? settings : { ...settings, model, lora };
