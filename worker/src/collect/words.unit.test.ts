import { expect, test } from 'vitest';
import { plainWords } from './words.ts';

const places = { checkout: '/srv/codex/instances/1/checkout', home: '/srv/codex/instances/1/home' };

test.each([
  [
    "git commit: fatal: Unable to create '/srv/codex/instances/1/checkout/.git/HEAD.lock': File exists.",
    "git commit: fatal: Unable to create '.git/HEAD.lock': File exists.",
  ],
  ["not a repository: '/srv/codex/instances/1/checkout'", "not a repository: 'the checkout'"],
  [
    "EACCES: permission denied, open '/srv/codex/instances/1/home/.codex/x'",
    "EACCES: permission denied, open '~/.codex/x'",
  ],
  ['cannot write /tmp/codex-index-x1/index.lock: no space', 'cannot write index.lock: no space'],
  ['fatal: bad config line 1 in file /srv/codex/other.git/config', 'fatal: bad config line 1 in file config'],
  ['connect ENOENT /run/codex/door-1/s.sock', 'connect ENOENT s.sock'],
  [
    'see https://example.org/a/b for src/a/b.ts, and/or nothing',
    'see https://example.org/a/b for src/a/b.ts, and/or nothing',
  ],
])('%s', (said, words) => {
  expect(plainWords(new Error(said), places)).toBe(words);
});
