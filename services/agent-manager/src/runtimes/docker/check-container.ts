import type { Duplex } from 'node:stream';
import { newId } from '@claude-codex/service-kit/ids';
import type Docker from 'dockerode';
import type { ContainerCreateOptions } from 'dockerode';
import { type CheckOutcome, exportsOf } from '../check.ts';
import type { HostCheck } from '../host-places.ts';
import { createTail } from '../tail.ts';
import {
  agentEnvironment,
  agentMemory,
  type ContainerSettings,
  LABELS,
  NOT_OF_COMPOSE,
  profile,
  WORKER_PATHS,
} from './container-body.ts';
import { outputOf } from './demultiplex.ts';
import { statusOf, unless } from './exit.ts';

/** The container's own limit is only for a manager that is gone: ours is the one that counts. */
const SPARE_S = 30;

/** Values come in by stdin: an environment of the create body could be read from the engine for ever. */
const SCRIPT = 'eval "$(cat)"; exec sh -c "$0" </dev/null';

/** The isolation of an agent's container, without a door, with nothing in it but one commit. */
export function checkBody(
  spec: HostCheck,
  settings: ContainerSettings,
  now: number,
): ContainerCreateOptions & { name: string } {
  const seconds = Math.ceil(spec.timeoutMs / 1000) + SPARE_S;
  return {
    name: `check-${newId()}`,
    Image: settings.imageId,
    User: settings.user,
    WorkingDir: WORKER_PATHS.checkout,
    Env: agentEnvironment(),
    Labels: { [LABELS.scope]: settings.scope, [LABELS.checkUntil]: String(now + seconds * 1000), ...NOT_OF_COMPOSE },
    Entrypoint: ['timeout', '--kill-after=5', String(seconds), 'sh', '-c', SCRIPT],
    Cmd: [spec.command],
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    NetworkDisabled: true,
    HostConfig: {
      ...profile(settings),
      Tmpfs: agentMemory(settings.user),
      Mounts: [{ Type: 'bind', Source: spec.checkout, Target: WORKER_PATHS.checkout, ReadOnly: false }],
    },
  };
}

export async function checkInContainer(
  docker: Docker,
  settings: ContainerSettings,
  spec: HostCheck,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  await removeForgotten(docker, settings.scope);
  const container = await docker.createContainer(checkBody(spec, settings, Date.now()));
  const kill = () => void container.kill().catch(() => undefined); // it ended in between
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, spec.timeoutMs);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true };
    const stream = (await container.attach(options)) as Duplex;
    const tail = createTail(spec.maxOutputBytes);
    const reading = (async () => {
      for await (const part of outputOf(stream as AsyncIterable<Buffer>)) tail.add(part);
    })();
    const started = performance.now();
    await container.start();
    stream.end(exportsOf(spec.values));
    signal.throwIfAborted();
    const { StatusCode } = (await container.wait()) as { StatusCode: number };
    const durationMs = Math.round(performance.now() - started);
    await reading.catch(() => undefined); // the engine may cut the stream with the container; what came is there
    const { State } = await container.inspect();
    signal.throwIfAborted();
    if (State.OOMKilled)
      tail.add(Buffer.from(`\nThe check ran out of memory (limit ${settings.memoryBytes} bytes).\n`));
    return { exitCode: timedOut ? null : StatusCode, timedOut, durationMs, output: tail.text(), where: 'container' };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
    await unless([404, 409], () => container.remove({ force: true, v: true }));
  }
}

/** What a manager that was killed in the middle of a check left on the engine. */
async function removeForgotten(docker: Docker, scope: string): Promise<void> {
  const label = [`${LABELS.scope}=${scope}`, LABELS.checkUntil];
  for (const { Id, Labels } of await docker.listContainers({ all: true, filters: { label } })) {
    if (Number(Labels[LABELS.checkUntil]) > Date.now()) continue;
    await docker
      .getContainer(Id)
      .remove({ force: true, v: true })
      .catch((error: unknown) => {
        const others = statusOf(error);
        if (others !== 404 && others !== 409) throw error;
      });
  }
}
