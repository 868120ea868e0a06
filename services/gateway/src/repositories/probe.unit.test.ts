import { PROBE_MS, ProbeRepositoryRequest, subjects } from '@claude-codex/contracts';
import { createInProcessBus } from '@claude-codex/service-kit';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { nameOf, probe } from './probe.ts';

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

describe('the name of a repository', () => {
  it.each([
    ['/srv/app', 'app'],
    ['/srv/app/', 'app'],
    ['/srv/app.git', 'app'],
    ['/srv/app/.git', 'app'],
    ['/srv/app/.git/', 'app'],
    ['/srv/./app/.', 'app'],
    ['/.git', 'repository'],
  ])('at %s is %s', (path, name) => expect(nameOf({ kind: 'path', path })).toBe(name));

  it.each([
    ['https://git.example.org/team/app.git', 'app'],
    ['https://git.example.org/team/app/.git', 'app'],
    ['git@git.example.org:app.git', 'app'],
  ])('at %s is %s', (url, name) => expect(nameOf({ kind: 'git', url })).toBe(name));
});
