import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { waitFor } from '@claude-codex/testing';

/** A service in a process of its own, as in production, that can be killed, frozen and started again. */
export interface ServiceProcess {
  readonly name: string;
  readonly port: number;
  start(): Promise<void>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** SIGSTOP for so long: as when a machine or a scheduler takes the processor away. */
  freeze(ms: number): Promise<void>;
  /** Whether it ended by itself although it was alive and nobody killed it. Until it is started again. */
  ended(): boolean;
  pid(): number | undefined;
}

export function createServiceProcess(
  name: string,
  main: string,
  port: number,
  env: Record<string, string>,
  nodeFlags: readonly string[] = [],
): ServiceProcess {
  let child: ChildProcess | null = null;
  const killWithUs = (): void => {
    child?.kill('SIGKILL');
  };

  return {
    name,
    port,
    pid: () => child?.pid,
    ended: () => child !== null && (child.exitCode !== null || child.signalCode !== null),
    async start() {
      await waitFor(
        `${name} to be alive`,
        async () => {
          // A service that meets a dead database at its start exits; its orchestrator starts it again.
          if (child === null || child.exitCode !== null || child.signalCode !== null) {
            child = spawn(process.execPath, [...nodeFlags, main], {
              env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), LOG_LEVEL: 'error', ...env },
              stdio: ['ignore', 'ignore', process.env.BENCH_DEBUG === undefined ? 'ignore' : 'inherit'],
            });
          }
          return (await fetch(`http://127.0.0.1:${port}/healthz`)).ok;
        },
        { timeoutMs: 60_000, everyMs: 100 },
      );
      process.once('exit', killWithUs);
    },
    async kill() {
      process.off('exit', killWithUs);
      const running = child;
      child = null;
      if (running === null || running.exitCode !== null || running.signalCode !== null) return;
      const ended = once(running, 'exit');
      running.kill('SIGKILL');
      await ended;
    },
    async freeze(ms) {
      child?.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, ms));
      child?.kill('SIGCONT');
    },
  };
}
