import { expect, test } from 'vitest';
import { factsOf } from './file-facts.ts';

test.each([
  ['100644', '100644', []],
  ['100644', '100755', ['file → executable', 'mode 100644 → 100755']],
  ['100755', '100644', ['executable → file', 'mode 100755 → 100644']],
  ['100644', '120000', ['file → symbolic link', 'mode 100644 → 120000']],
  [null, '160000', ['submodule']],
  ['120000', null, ['symbolic link']],
  [null, '100755', ['executable']],
  [null, null, []],
])('%s to %s is told as %j', (oldMode, newMode, facts) => {
  expect(factsOf({ oldMode, newMode })).toEqual(facts);
});
