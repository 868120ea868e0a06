import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { composeServer, docker } from '../src/compose.ts';
import { logIn, type Person } from '../src/person.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');
/** No story of the scripted model: it asks nothing and hands over notes. */
const TASK = { title: 'Write notes', workflow: 'plan-design-develop', execute: true };

describe('a team server on compose, backed up while it works and restored into another one', () => {
  const backups = mkdtempSync(join(tmpdir(), 'cxb-'));
  const hostDir = mkdtempSync(join(tmpdir(), 'cx-'));
  const project = `${process.env.COMPOSE_PROJECT_NAME}-restored`;
  let another: Record<string, string>;
  let person: Person;
  let taskId: string;
  let file: string;

  beforeAll(async () => {
    const port = String(await freePort());
    const url = `http://127.0.0.1:${port}`;
    another = { COMPOSE_PROJECT_NAME: project, PORT: port, CODEX_PUBLIC_URL: url, CODEX_HOST_DIR: hostDir };
    person = await composeServer().owner();
  });
  afterAll(async () => {
    await takeDown(another, '--timeout', '10');
    removeAgents(hostDir);
    const empty = ['--rm', '--no-deps', '--entrypoint', 'find', 'operate', hostDir, '/backups'];
    compose(another, 'run', ...empty, '-mindepth', '1', '-delete');
    await takeDown(another, '--volumes');
    for (const directory of [backups, hostDir]) rmSync(directory, { recursive: true });
  });

  function compose(env: Record<string, string>, ...args: string[]): string {
    return execFileSync('docker', ['compose', '--progress', 'quiet', ...args], {
      cwd: ROOT,
      encoding: 'utf8',
      env: { ...process.env, CODEX_BACKUP_DIR: backups, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
  const operate = (env: Record<string, string>, ...args: string[]) => compose(env, 'run', '--rm', 'operate', ...args);

  /** The engine lets go of the network of a container that ran once a moment after its command has ended. */
  function takeDown(env: Record<string, string>, ...options: string[]): Promise<string> {
    return vi.waitFor(() => compose(env, 'down', ...options), { timeout: 60_000, interval: 1_000 });
  }

  function removeAgents(below: string): void {
    for (const id of docker('ps', '--all', '--quiet', '--filter', 'name=^/agent-').split('\n').filter(Boolean)) {
      const mounts = docker('inspect', '--format', '{{range .Mounts}}{{println .Source}}{{end}}', id);
      if (mounts.includes(`${below}/`)) docker('rm', '--force', id);
    }
  }

  it('is backed up by the container of an operator', async () => {
    const { id: repositoryId } = await person.connectSample();
    taskId = await person.createTask({ ...TASK, repositoryId });
    await person.openReview(taskId, 'plan', 1);
    await person.createTask({ ...TASK, title: 'Work under way', repositoryId });
    const said = operate({}, 'tools/backup.ts', '/backups', '--with-key');
    file = /\/backups\/claude-codex-\S+\.tar\.zst/.exec(said)?.[0] ?? said;
    expect(said).toMatch(/The master key \([0-9a-f]{16}\) is in it/);
  });

  // One server goes down and another comes up before anything can go on.
  it('is restored where no server ever was, and goes on there', { timeout: 300_000 }, async () => {
    await takeDown({}, '--volumes', '--timeout', '10');
    removeAgents(composeServer().hostDir);
    const said = operate(another, 'tools/restore.ts', file);
    expect(said).not.toContain('✗');
    expect(said).toMatch(/This history goes on from position \d+/);
    compose(another, 'up', '--detach', '--no-build', '--wait', '--wait-timeout', '300');
    const now = await logIn(another.CODEX_PUBLIC_URL ?? '');
    const review = await now.openReview(taskId, 'plan', 1);
    await now.api.patch(`/api/reviews/${review.id}/approve`, {});
    await now.openReview(taskId, 'develop', 1);
    const doctor = operate({ ...another, CODEX_API_TOKEN: now.api.token ?? '' }, 'tools/doctor.ts');
    expect(doctor).toContain('✓ I7');
    expect(doctor).toContain('All is well.');
  });
});
