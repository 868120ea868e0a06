import { expect, it } from 'vitest';
import { saidText } from './said-text.ts';

const remark = (number: number, text = 'x'.repeat(900)) => ({ about: 'A review', text: `Remark ${number}. ${text}` });

it('keeps the newest and says how many are missing', () => {
  const text = saidText(Array.from({ length: 50 }, (_, index) => remark(index + 1)));
  expect(text.length).toBeLessThan(21_000);
  expect(text).toContain('Remark 50.');
  expect(text).not.toContain('Remark 1.');
  const kept = text.match(/Remark \d+\./g)?.length ?? 0;
  expect(text).toContain(`[${50 - kept} older remarks are left out here]`);
});

it('keeps the newest even when it is too long by itself, cut', () => {
  const text = saidText([remark(1, ''), remark(2, 'y'.repeat(50_000))]);
  expect(text).toContain('[1 older remark is left out here]');
  expect(text).toContain('Remark 2.');
  expect(text).toContain('[cut here]');
});

it('names once what several remarks are about', () => {
  const text = saidText([remark(1, ''), remark(2, ''), { about: 'A message', text: 'Hello.' }]);
  expect(text.match(/A review:/g)).toHaveLength(1);
  expect(text).toContain('A message:\nHello.');
});
