import { beforeAll, describe, expect, it } from 'vitest';
import { type ComposeServer, composeServer, docker, type WorkerContainer } from '../src/compose.ts';
import { runMainFlow, SECRET } from '../src/main-flow.ts';
import type { Person } from '../src/person.ts';

const GIB = 1024 ** 3;

let server: ComposeServer;
let person: Person;
let workers: WorkerContainer[] = [];
let inside = '';
beforeAll(async () => {
  server = composeServer();
  person = await server.owner();
});

describe('the main job over HTTP, on compose with agents in containers', () => {
  it('goes from an empty server to a merged change', async () => {
    const task = await runMainFlow(person, async (step) => {
      if (step !== 'dependency open') return;
      workers = server.workers();
      inside = workers.map(({ Id }) => everythingAnAgentCanRead(Id)).join('\n');
    });
    expect(task.pullRequest).toMatchObject({ status: 'merged', provider: 'local' });
    expect(task.evidence?.check?.exitCode).toBe(0);
  });

  it('ran its agent in a container as hardened as we say', () => {
    expect(workers).toHaveLength(1);
    const [worker] = workers;
    expect(worker?.Config.User).toBe('1001:1001');
    expect(worker?.HostConfig).toMatchObject({
      CapDrop: ['ALL'],
      Privileged: false,
      ReadonlyRootfs: true,
      Init: true,
      IpcMode: 'private',
      NetworkMode: 'none',
      PidsLimit: 512,
      Memory: 2 * GIB,
      MemorySwap: 2 * GIB,
      NanoCpus: 2e9,
      RestartPolicy: { Name: 'no' },
      PortBindings: {},
    });
    expect(worker?.HostConfig.SecurityOpt).toEqual(
      expect.arrayContaining(['no-new-privileges', expect.stringMatching(/^seccomp=\{/)]),
    );
    expect(worker?.Mounts.filter(({ Source }) => !Source.startsWith(`${server.hostDir}/instances/`))).toEqual([
      expect.objectContaining({ Source: expect.stringContaining(`${server.hostDir}/sockets/`), RW: false }),
    ]);
  });

  it('left no credential where the agent could read it', () => {
    for (const sign of ['sk-ant', 'ANTHROPIC_API_KEY=', 'postgres://', 'nats://', 'redis://', 'docker.sock']) {
      expect(inside).not.toContain(sign);
    }
    expect(inside).not.toContain(SECRET);
    expect(inside).toContain('HOME=/home/agent');
  });

  it('publishes one port, the gateway’s', () => {
    const published = docker('compose', 'ps', '--format', '{{.Service}} {{.Publishers}}')
      .split('\n')
      .filter((line) => /127\.0\.0\.1|0\.0\.0\.0/.test(line));
    expect(published).toHaveLength(1);
    expect(published[0]).toMatch(/^gateway /);
  });
});

/** Environments of all its processes, its mounts and the files of its home and socket directory. */
function everythingAnAgentCanRead(container: string): string {
  const script =
    'for p in /proc/[0-9]*; do tr "\\0" "\\n" <$p/environ; tr "\\0" " " <$p/cmdline; done 2>/dev/null; ' +
    'cat /proc/self/mounts; find "$HOME" /run/codex /tmp -type f -size -1M -exec cat {} + 2>/dev/null; true';
  // The container's own user is the supervisor; the agent is another one.
  return docker('exec', '--user', '1000:1000', '--env', 'HOME=/home/agent', container, 'sh', '-c', script);
}
