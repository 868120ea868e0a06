import { existsSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { createLogFile } from './log-file.ts';

// A device on which every write ends with "no space left".
it.runIf(existsSync('/dev/full'))('a log that cannot be written ends nothing, and is said once', async () => {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const log = createLogFile('/dev/full');
  for (let line = 0; line < 5; line += 1) {
    log.write('{"msg":"something"}\n');
    await new Promise((done) => setTimeout(done, 20));
  }
  const lines = said.mock.calls.map(([words]) => String(words));
  said.mockRestore();
  expect(lines).toEqual([expect.stringMatching(/^The log \/dev\/full cannot be written \(ENOSPC/)]);
});
