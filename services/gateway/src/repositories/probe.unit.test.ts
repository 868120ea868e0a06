import { PROBE_MS, ProbeRepositoryRequest, subjects } from '@claude-codex/contracts';
import { createInProcessBus } from '@claude-codex/service-kit';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { afterEach, expect, it, vi } from 'vitest';
import { probe } from './probe.ts';

afterEach(() => vi.useRealTimers());

it('a look that takes all its time is waited for, so that its reason is heard', async () => {
  vi.useFakeTimers();
  const bus = createInProcessBus();
  const found = { ok: false, code: 'FETCH_TIMEOUT', detail: 'It took too long.', defaultBranch: null };
  serveJson(bus, subjects.git.probeRepository, ProbeRepositoryRequest, async () => {
    await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
    return { ...found, branches: [], checkCommandSuggestion: null };
  });
  const asked = probe(bus, { kind: 'git', url: 'https://git.example/a.git' }, null).catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(PROBE_MS + 1);
  expect(await asked).toMatchObject({ code: 'FETCH_TIMEOUT', message: expect.stringContaining('It took too long.') });
});
