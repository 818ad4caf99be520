// OpenAI's own package for JavaScript against a server whose address is in BASE_URL. Ends with 0 when all that it tries works.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(path.join(process.env.PACKAGES, 'package.json'));
const { default: OpenAI, toFile } = await import(pathToFileURL(require.resolve('openai')).href);
const client = new OpenAI({ baseURL: process.env.BASE_URL, apiKey: 'sk-right', maxRetries: 0 });
const model = 'tiny256';
const isPng = (base64) => assert.equal(Buffer.from(base64, 'base64').toString('latin1', 1, 4), 'PNG');
const picture = () => toFile(fs.createReadStream(process.env.PICTURE), 'photo.png', { type: 'image/png' });
const mask = () => toFile(fs.createReadStream(process.env.MASK), 'mask.png', { type: 'image/png' });

const models = await client.models.list();
assert.deepEqual(models.data.map((entry) => entry.id), ['tiny256', 'tiny512']);
assert.equal((await client.models.retrieve('tiny512')).id, 'tiny512');

const made = await client.images.generate({ model, prompt: 'a dog', n: 2, size: 'auto', seed: 1, num_inference_steps: 3 });
assert.equal(made.data.length, 2);
made.data.forEach((image) => isPng(image.b64_json));
assert.equal(made.size, '32x32');
assert.ok(made.usage.total_tokens > 0);

const edited = await client.images.edit({ model, image: await picture(), mask: await mask(), prompt: 'a hat' });
isPng(edited.data[0].b64_json);
const several = await client.images.edit({ model, image: [await picture()], prompt: 'a hat' });
isPng(several.data[0].b64_json);

const varied = await client.images.createVariation({ model, image: await picture(), n: 2 });
assert.equal(varied.data.length, 2);

for (const [kind, stream] of [
  ['image_generation', await client.images.generate({ model, prompt: 'a dog', stream: true, partial_images: 2 })],
  ['image_edit', await client.images.edit({ model, image: await picture(), prompt: 'a hat', stream: true, partial_images: 1, num_inference_steps: 12 })],
]) {
  const seen = [];
  for await (const event of stream) {
    isPng(event.b64_json);
    seen.push(event.type);
  }
  assert.equal(seen.at(-1), `${kind}.completed`);
  assert.ok(seen.length >= 2 && seen.slice(0, -1).every((type) => type === `${kind}.partial_image`), seen.join());
}

await assert.rejects(client.images.generate({ model, prompt: 'a dog', size: '1024x1024' }), (error) => {
  assert.ok(error instanceof OpenAI.BadRequestError);
  assert.equal(error.param, 'size');
  assert.match(error.message, /the nearest is 32x32/);
  return true;
});
await assert.rejects(client.images.generate({ model: 'no-such-model', prompt: 'a dog' }), OpenAI.NotFoundError);
await assert.rejects(new OpenAI({ baseURL: process.env.BASE_URL, apiKey: 'sk-wrong', maxRetries: 0 }).models.list(), OpenAI.AuthenticationError);

const stop = new AbortController();
const running = client.images.generate({ model, prompt: 'a long one', num_inference_steps: 1000, n: 10 }, { signal: stop.signal });
setTimeout(() => stop.abort(), 300);
await assert.rejects(running, OpenAI.APIUserAbortError);

const aborted = await client.images.generate({ model, prompt: 'a long one', num_inference_steps: 1000, n: 10, stream: true, partial_images: 1 });
aborted.controller.abort();
for await (const event of aborted) assert.notEqual(event.type, 'image_generation.completed');
console.log('all is well');
