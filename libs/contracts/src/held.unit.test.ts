import { expect, it } from 'vitest';
import { HoldCause } from './causes.ts';
import { heldWords } from './held.ts';

it('says why work waits and what to do, each as a sentence', () => {
  const refused = {
    cause: 'model_credential_refused',
    detail: 'the provider refuses it (401: invalid x-api-key)',
  } as const;
  expect(heldWords(refused)).toMatch(/^The provider refuses it \(401: invalid x-api-key\)\. Set another /);
  expect(heldWords({ cause: 'disk_full', detail: 'No space left.' })).toMatch(/^No space left\. Free /);
  for (const cause of HoldCause.options) expect(heldWords({ cause, detail: 'so' }), cause).toMatch(/^So\. [A-Z].+\.$/);
});
