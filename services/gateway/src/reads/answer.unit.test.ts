import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { createAnswer, encodingFor } from './answer.ts';

it('packs once per encoding, and what is packed is the answer', async () => {
  const answer = createAnswer(JSON.stringify({ text: 'so many words '.repeat(500) }));
  const [br, again, gzip] = await Promise.all([answer.packed('br'), answer.packed('br'), answer.packed('gzip')]);
  expect(again).toBe(br);
  expect(brotliDecompressSync(br)).toEqual(answer.bytes);
  expect(gunzipSync(gzip)).toEqual(answer.bytes);
});

it.each([
  [undefined, null],
  ['', null],
  ['identity', null],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['br;q=0.0', null],
  ['br;q=0.8', 'br'],
  ['brotli', null],
])('for accept-encoding %j sends %j', (accepted, encoding) => {
  expect(encodingFor(accepted)).toBe(encoding);
});
