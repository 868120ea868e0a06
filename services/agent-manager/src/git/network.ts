import { fileURLToPath } from 'node:url';
import type { Log } from '@claude-codex/eventing';
import { createConnectProxy } from '@claude-codex/service-kit/outgoing/connect-proxy';
import { createDialer, type DialerSettings } from '@claude-codex/service-kit/outgoing/dialer';

export interface GitNetwork {
  /** What git's environment needs to reach a source over the network: always through our dialer. */
  variables(protocol: 'https' | 'ssh'): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

const SSH_DIAL = fileURLToPath(new URL('ssh-dial.ts', import.meta.url));

/**
 * Git's way out. Addresses come from people, so every connection, a redirect's too, is made by the dialer: https by a
 * proxy on this machine, ssh by a command that asks the same proxy. `operator` is what an operator sets for git itself.
 */
export function createGitNetwork(
  settings: DialerSettings,
  operator: Readonly<Record<string, string>>,
  log: Log,
): GitNetwork {
  const proxy = createConnectProxy(createDialer(settings), log);
  return {
    async variables(protocol) {
      const address = await proxy.address(protocol);
      // As variables and not as arguments: those of a process can be read by everybody on the machine.
      const https = configured({ 'http.proxy': address, 'http.proxyAuthMethod': 'basic' });
      const ssh = { GIT_SSH_COMMAND: SSH_COMMAND, CODEX_DIALER: address };
      return { ...operator, ...(protocol === 'https' ? https : ssh) };
    },
    stop: () => proxy.stop(),
  };
}

function configured(settings: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(settings);
  const variables = entries.flatMap(([key, value], at) => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(entries.length), ...Object.fromEntries(variables) };
}

/** An option given here wins over one in a configuration of ssh, so nothing there leads around the dialer. */
const SSH_COMMAND = [
  'ssh -oBatchMode=yes -oStrictHostKeyChecking=accept-new -oConnectTimeout=10',
  `-oProxyCommand=${quoted(`${literal(process.execPath)} ${literal(SSH_DIAL)} %h %p`)}`,
].join(' ');

/** For the shell, and with no sign that ssh would replace. */
function literal(path: string): string {
  return quoted(path).replaceAll('%', '%%');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
