import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newId } from '@claude-codex/service-kit/ids';
import { describeWith, waitFor } from '@claude-codex/testing';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDirectories } from '../../checkouts/directories.ts';
import { instanceDirectories } from '../instance-directories.ts';
import { preparedWorker } from '../prepared-worker.fixture.ts';
import type { Runtime, RuntimeHandle } from '../runtime.ts';
import { AGENT_IMAGE, agentImage } from './agent-image.fixture.ts';
import { createDockerRuntime } from './docker-runtime.ts';

const SECCOMP = fileURLToPath(new URL('../../../../../infra/seccomp-agent.json', import.meta.url));

describeWith(agentImage(), 'a live agent container', () => {
  let root: string;
  let handle: RuntimeHandle;
  const docker = new Docker();
  const scope = newId();
  let runtime: Runtime;
  const settings = {
    image: AGENT_IMAGE,
    user: '1000:1000',
    supervisor: '1001:1001',
    owner: null,
    memoryBytes: 512 * 1024 ** 2,
    cpus: 1,
    pids: 128,
    seccomp: readFileSync(SECCOMP, 'utf8'),
    scope,
  };

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'codex-profile-'));
    chmodSync(root, 0o755);
    const directories = createDirectories(root);
    runtime = createDockerRuntime(docker, { ...settings, directories });
    const worker = await preparedWorker(runtime.places);
    const { checkout, home } = instanceDirectories(directories, worker.instanceId);
    // Made by whoever runs the tests, used by uid 1000.
    for (const path of [checkout, home]) chmodSync(path, 0o777);
    // The real supervisor, which waits for its first command and does nothing meanwhile.
    handle = await runtime.start(worker);
    await waitFor('the supervisor', () => inside('cat /proc/1/comm') !== '');
  });
  afterAll(async () => {
    for (const one of await runtime.list()) await runtime.remove(one);
    rmSync(root, { recursive: true, force: true });
  });

  /** As the agent, whose place the container is, but for PID 1. */
  function inside(command: string): string {
    const pids = `SUPERVISOR=$(pgrep -f '^/opt/codex/bin/node .*build/[m]ain'); AGENT_SIDE=$(pgrep -f '^/opt/codex/bin/node .*build/[a]gent-side');`;
    return execFileSync(
      'docker',
      ['exec', '--user', '1000:1000', '--env', 'HOME=/home/agent', handle.name, 'sh', '-c', `${pids} ${command}`],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    ).trim();
  }

  it.each(['1', 'self', '$AGENT_SIDE', '$SUPERVISOR'])(
    'gives process %s no capability, no new privileges and a seccomp filter',
    (pid) => {
      const status = inside(`cat /proc/${pid}/status`);
      for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
        expect(status).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'));
      expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
      expect(status).toMatch(/^Seccomp:\s+2$/m);
    },
  );

  it('runs the supervisor and everything of the agent as two users, neither of them root', async () => {
    await waitFor('the agent side', () => inside('echo $AGENT_SIDE') !== '');
    expect(inside('echo $SUPERVISOR')).not.toBe('');
    expect(inside('ps -eo uid= | sort -u | tr -d " \n"')).toBe('10001001');
  });

  it('is what the engine says it is', async () => {
    const { HostConfig, Config, Mounts } = await docker.getContainer(handle.name).inspect();
    expect(HostConfig).toMatchObject({
      Privileged: false,
      ReadonlyRootfs: true,
      NetworkMode: 'none',
      PidMode: '',
      IpcMode: 'private',
      PidsLimit: 128,
      Memory: 512 * 1024 ** 2,
      MemorySwap: 512 * 1024 ** 2,
      RestartPolicy: { Name: 'no' },
    });
    expect(Config.User).toBe('1001:1001');
    expect(Mounts.map(({ Destination, RW }) => [Destination, RW]).sort()).toEqual([
      ['/home/agent/.claude', true],
      ['/run/codex', false],
      ['/workspace', true],
    ]);
    expect(JSON.stringify(Config.Env)).not.toMatch(/KEY|TOKEN|SECRET|PASSWORD/);
  });

  it.each([
    ['reading what the supervisor holds', 'ls /proc/$SUPERVISOR/fd || cat /proc/$SUPERVISOR/environ'],
    ['writing to the journal', 'for f in 0 1 2; do echo forged > /proc/$SUPERVISOR/fd/$f && exit 0; done; exit 1'],
    ['writing to the journal of PID 1', 'echo forged > /proc/1/fd/1'],
    ['a signal to the supervisor', 'kill -STOP $SUPERVISOR || kill -9 1'],
    ['the memory of the supervisor', 'head -c 1 /proc/$SUPERVISOR/mem || cat /proc/$SUPERVISOR/maps'],
    ['the descriptors of what runs the agent, though it is of the same user', 'ls /proc/$AGENT_SIDE/fd'],
    ['the memory of what runs the agent', 'head -c 1 /proc/$AGENT_SIDE/mem || cat /proc/$AGENT_SIDE/maps'],
    [
      'writing where the supervisor keeps its own',
      'touch /run/supervisor/x || ls /run/supervisor || rm /run/supervisor/agent-side.sock',
    ],
    [
      'speaking for the agent side',
      'echo x | python3 -c "import socket; s=socket.socket(socket.AF_UNIX); s.connect(\'/run/supervisor/agent-side.sock\')"',
    ],
    [
      'reading the programs whose processes nobody may look into',
      'head -c 1 /opt/codex/bin/node || head -c 1 $(readlink -f /usr/local/bin/claude)',
    ],
    ['writing to the root file system', 'touch /etc/x || touch /opt/x || touch /usr/x'],
    ['writing to the socket directory', 'touch /run/codex/x'],
    ['a network interface', 'ls /sys/class/net | grep -v "^lo$"'],
    ['the Docker socket', 'ls /var/run/docker.sock /run/docker.sock'],
    ['a user namespace', 'unshare -U true'],
    ['mounting', 'mount -t tmpfs none /mnt'],
    ['becoming root', 'su root -c true < /dev/null'],
    ['a raw device', 'head -c 1 /dev/sda || head -c 1 /dev/mem || head -c 1 /dev/kmsg'],
    ['loading a module or changing the kernel', 'echo 1 > /proc/sys/kernel/core_pattern'],
    ['another process of the host', 'test "$(ls /proc | grep -c "^[0-9]")" -gt 20'],
    ['the host name', 'hostname changed'],
    ['the clock', 'date -s 2001-01-01'],
  ])('refuses %s', (_what, command) => {
    expect(() => inside(command)).toThrow();
  });

  it('lets an agent do its work: write to its checkout, home and temporary directory, and run what it built', () => {
    expect(
      inside('echo hi > /workspace/f && echo hi > ~/f && echo hi > ~/.claude/f && cat /workspace/f ~/f ~/.claude/f'),
    ).toBe('hi\nhi\nhi');
    expect(inside('printf "#!/bin/sh\\necho ran\\n" > /tmp/x && chmod +x /tmp/x && /tmp/x')).toBe('ran');
    expect(inside('git --version && node --version && tmux -V')).toContain('tmux');
  });
});
