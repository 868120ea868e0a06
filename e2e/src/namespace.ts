import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A network namespace of this machine with a cable to it. */
export interface Namespace {
  readonly name: string;
  /** This machine's address at the cable. */
  readonly here: string;
  /** The namespace's address at the cable. */
  readonly there: string;
  /** Both, as `10.231.7.0/30`. */
  readonly network: string;
  /** What is put before a command that is to run inside. Not `ip netns exec`, which mounts /sys anew. */
  readonly inside: readonly string[];
  remove(): Promise<void>;
}

/** `name` is unique on this machine and short: interfaces have at most 15 characters. Only root can make one. */
export async function makeNamespace(name: string): Promise<Namespace> {
  const net = `10.231.${Math.floor(Math.random() * 250)}`;
  const [here, there] = [`${net}.1`, `${net}.2`];
  const cable = [`${name}a`, `${name}b`] as const;
  const ip = (...args: string[]) => run('ip', args);
  const within = (...args: string[]) => ip('-n', name, ...args);

  async function remove(): Promise<void> {
    await ip('link', 'del', cable[0]).catch(() => undefined);
    await ip('netns', 'del', name).catch(() => undefined);
  }

  try {
    await ip('netns', 'add', name);
    await ip('link', 'add', cable[0], 'type', 'veth', 'peer', 'name', cable[1], 'netns', name);
    await ip('addr', 'add', `${here}/30`, 'dev', cable[0]);
    await ip('link', 'set', cable[0], 'up');
    await within('addr', 'add', `${there}/30`, 'dev', cable[1]);
    await within('link', 'set', cable[1], 'up');
    await within('link', 'set', 'lo', 'up');
    await within('route', 'add', 'default', 'via', here);
  } catch (error) {
    await remove();
    throw error;
  }
  return { name, here, there, network: `${net}.0/30`, inside: ['nsenter', `--net=/run/netns/${name}`], remove };
}
