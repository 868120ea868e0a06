import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawBoard } from '../src/board.js';

test('every row of the board is equally wide', () => {
  const rows = drawBoard(['short', 'a line that is a good deal longer than the others']).split('\n');
  assert.equal(new Set(rows.map((row) => row.length)).size, 1);
});

test('an empty board is a frame', () => {
  assert.equal(drawBoard([]).split('\n').length, 2);
});
