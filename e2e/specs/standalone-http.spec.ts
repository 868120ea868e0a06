import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { EventView } from '@claude-codex/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMainFlow, SECRET } from '../src/main-flow.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

let server: StandaloneServer;
let person: Person;
beforeAll(async () => {
  server = await startStandalone();
  person = await setUpOwner(server.url, SETUP_TOKEN);
});
afterAll(() => server?.remove());

describe('the main job over HTTP, standalone', () => {
  it('goes from an empty server to a merged change, done by the real Claude Code', async () => {
    const task = await runMainFlow(person);
    expect(task.pullRequest).toMatchObject({ status: 'merged', provider: 'local' });
    expect(task.evidence?.check?.exitCode).toBe(0);
    expect(task.phaseDetails.map(({ status }) => status)).toEqual(['approved', 'approved', 'approved']);

    const attached = (await eventsOf(task.id)).filter(({ type }) => type === 'InstanceAttached');
    expect(attached.length).toBeGreaterThanOrEqual(2);
    for (const { data } of attached)
      expect(data).toMatchObject({
        program: { name: 'Claude Code', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
      });

    const log = await person.api.get<{ items: { record: { entry: { type: string } } }[] }>(
      `/api/tasks/${task.id}/log?limit=1000`,
    );
    const types = new Set(log.items.map(({ record }) => record.entry.type));
    for (const type of ['session_started', 'tool_call', 'tool_result', 'turn_ended']) expect(types).toContain(type);

    const sample = join(server.dataDir, 'sample-repository.git');
    const subjects = execFileSync('git', ['-C', sample, 'log', '--format=%s', 'main'], { encoding: 'utf8' });
    expect(subjects.split('\n').length).toBeGreaterThan(3);
  });

  it('keeps the secret out of everything it stores', () => {
    for (const encoded of [SECRET, Buffer.from(SECRET).toString('base64'), Buffer.from(SECRET).toString('hex')]) {
      const found = grep(
        encoded,
        ['blobs', 'journals', 'server.log', 'postgres'].map((part) => join(server.dataDir, part)),
      );
      expect(found).toEqual([]);
    }
  });

  it('has a gap-free history without duplicates', async () => {
    const events: EventView[] = [];
    for (;;) {
      const page = await person.api.get<{ events: EventView[] }>(
        `/api/events?after=${events.at(-1)?.position ?? 0}&limit=200`,
      );
      if (page.events.length === 0) break;
      events.push(...page.events);
    }
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  });
});

async function eventsOf(taskId: string): Promise<EventView[]> {
  return (await person.api.get<{ events: EventView[] }>(`/api/tasks/${taskId}/events?limit=500`)).events;
}

/** Files below the given paths that hold the text; grep's exit code 1 means there is none. */
function grep(text: string, paths: string[]): string[] {
  try {
    return execFileSync('grep', ['-rlaF', '--', text, ...paths], { encoding: 'utf8' })
      .trim()
      .split('\n');
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 1) return [];
    throw error;
  }
}
