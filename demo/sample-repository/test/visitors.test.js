import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readVisitors } from '../src/visitors.js';

test('reads the visitors with their hosts', async () => {
  const visitors = await readVisitors();
  assert.deepEqual(visitors[0], { name: 'Ada Lovelace', host: 'Engines' });
});
