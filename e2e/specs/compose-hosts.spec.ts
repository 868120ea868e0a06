import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { EventView, JournalItem } from '@claude-codex/contracts';
import { describeWith, waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ComposeServer, composeServer } from '../src/compose.ts';
import type { Person } from '../src/person.ts';
import { anotherHost, makeSecondHost, type SecondHost, writePorts } from '../src/second-host.ts';

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, '..', '..');
const PORT = process.env.PORT ?? '';
const SERVER = process.env.SERVER_IMAGE ?? 'claude-codex/server:0.1.0';
const AGENT = process.env.CODEX_AGENT_IMAGE ?? 'claude-codex/agent:0.1.0';

let server: ComposeServer;
let person: Person;
let host: SecondHost;
let repositoryId: string;

const from = performance.now();
/** Where the time goes. */
function say(what: string): void {
  console.info(`${Math.round((performance.now() - from) / 1000)} s: ${what}`);
}

/** `docker compose` of the team server, with what it needs for further hosts. */
async function compose(...args: string[]): Promise<string> {
  const files = ['compose.yaml', 'infra/with-hosts.yml', join(host.directory, 'ports.yml')];
  const env = { ...process.env, CODEX_NATS_BIND: host.here, CODEX_HOST_LOST_AFTER_S: '10' };
  const { stdout } = await run('docker', ['compose', ...files.flatMap((file) => ['-f', file]), ...args], {
    cwd: ROOT,
    env,
  });
  return stdout;
}
/** Not `--wait`: a service that starts while others do may need two tries, which is its restart policy's business. */
const again = (...services: string[]) => compose('up', '--detach', '--no-deps', '--no-build', ...services);

const secret = async (script: string) =>
  (await compose('run', '--rm', '--no-deps', '--entrypoint', 'sh', 'operate', '-c', script)).trim();

/** The first manager is stopped, so that the second host takes what is to be done. */
async function takeFurtherHosts(files: { NATS_URL_FILE: string; CODEX_HOST_TOKEN_FILE: string }): Promise<void> {
  await compose('stop', 'agent-manager');
  await again('nats', 'gateway');
  const ready = async () => (await fetch(`${server.url}/readyz`).catch(() => null))?.ok === true;
  await waitFor('the gateway', ready, { timeoutMs: 120_000 });
  writeFileSync(files.NATS_URL_FILE, await secret(`echo nats://codex:$(cat /run/vault/nats)@${host.here}:4222`));
  writeFileSync(files.CODEX_HOST_TOKEN_FILE, await secret('cat /run/vault/host-token'));
  say('the team server takes further hosts');
}

async function eventsOf(taskId: string): Promise<EventView[]> {
  return (await person.api.get<{ events: EventView[] }>(`/api/tasks/${taskId}/events?limit=500`)).events;
}
async function lastOf(taskId: string, type: string): Promise<Record<string, unknown>> {
  return (await eventsOf(taskId)).findLast((event) => event.type === type)?.data as Record<string, unknown>;
}
async function begin(title: string): Promise<string> {
  return person.createTask({ title, description: '', repositoryId, workflow: 'develop' });
}
async function merge(taskId: string, reviewId: string): Promise<void> {
  await person.api.patch(`/api/reviews/${reviewId}/approve`, { merge: 'merge' });
  await person.waitForTask(taskId, 'completed', (task) => task.state === 'completed');
}

describeWith(anotherHost, 'a further host', () => {
  beforeAll(async () => {
    server = composeServer();
    // Before anything of it is stopped.
    person = await server.owner();
    host = await makeSecondHost(`cxh${PORT}`);
    say('the second engine answers');
    writePorts(join(host.directory, 'ports.yml'), host.here);
    const files = {
      NATS_URL_FILE: join(host.directory, 'nats-url'),
      CODEX_HOST_TOKEN_FILE: join(host.directory, 'token'),
    };
    await Promise.all([takeFurtherHosts(files), host.load([SERVER, AGENT]).then(() => say('it has the images'))]);
    await host.docker(['compose', '-f', 'infra/agent-host.yml', 'up', '--detach'], {
      ...files,
      CODEX_BLOBS: `http://${host.here}:8080`,
      CODEX_HOST_DIR: join(host.directory, 'team'),
      CODEX_HOST_ID: 'second',
      DOCKER_SOCKET: join(host.directory, 'docker.sock'),
      CODEX_DEFAULT_MODEL: 'scripted-demo-model',
    });
    say('the second host runs');
    // Every service has to find the bus again, and until then it is said not to answer.
    const connected = await waitFor('the sample repository', () => person.connectSample(), { timeoutMs: 120_000 });
    repositoryId = connected.id;
  }, 240_000);
  afterAll(() => host?.remove(), 120_000);

  it('an agent on a further host finishes: its change and its journal are seen, and merged', async () => {
    const taskId = await begin('Write something down');
    const review = await person.openReview(taskId, 'develop', 1);
    expect(await lastOf(taskId, 'InstanceStarting')).toMatchObject({ hostId: 'second', epoch: 1 });
    expect(server.workers()).toEqual([]);
    expect((await person.diff(taskId)).files.map(({ path }) => path)).toEqual(['NOTES.md']);
    const { instanceId } = review;
    const { items } = await person.api.get<{ items: JournalItem[] }>(`/api/instances/${instanceId}/journal?limit=200`);
    expect(items.length).toBeGreaterThan(5);
    await merge(taskId, review.id);
  }, 120_000);

  it('a host that dies in the middle of it loses no task: another goes on from the checkpoint, with the transcript', async () => {
    const taskId = await begin('Write something else down');
    const first = await person.openReview(taskId, 'develop', 1);
    const { sessionId } = await lastOf(taskId, 'InstanceAttached');
    // The model falls silent, so that the agent is in the middle of its next round; and the other host leaves it alone.
    await compose('pause', 'demo-model');
    await person.api.patch(`/api/reviews/${first.id}/request-changes`, { summary: 'Say it shorter.' });
    await again('agent-manager');
    expect((await eventsOf(taskId)).filter(({ type }) => type === 'InstanceLost')).toEqual([]);
    await host.kill();
    say('the second host is dead');
    await compose('unpause', 'demo-model');

    const second = await person.openReview(taskId, 'develop', 2);
    say('the first one has finished its work');
    expect(await lastOf(taskId, 'InstanceLost')).toMatchObject({
      cause: 'host_lost',
      reason: expect.stringContaining('(second)'),
    });
    expect(await lastOf(taskId, 'InstanceAttached')).toMatchObject({ sessionId, resumed: true, epoch: 2 });
    expect((await lastOf(taskId, 'InstanceStarting')).hostId).not.toBe('second');
    expect(second.changes?.commits.length).toBeGreaterThan(first.changes?.commits.length ?? 0);
    const { items } = await person.api.get<{ items: JournalItem[] }>(
      `/api/instances/${second.instanceId}/journal?limit=200`,
    );
    expect(new Set(items.map(({ epoch }) => epoch))).toEqual(new Set([1, 2]));
    await merge(taskId, second.id);
  }, 150_000);
});
