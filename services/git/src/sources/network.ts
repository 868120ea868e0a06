import { fileURLToPath } from 'node:url';
import type { Log } from '@claude-codex/eventing';
import { createConnectProxy } from '@claude-codex/service-kit/outgoing/connect-proxy';
import { createDialer, type DialerSettings } from '@claude-codex/service-kit/outgoing/dialer';
import type { GitLogin } from './source-access.ts';

export interface GitNetwork {
  /** What git's environment needs to reach a source over the network: always through our dialer. */
  variables(protocol: 'https' | 'ssh', login?: GitLogin): Promise<Record<string, string>>;
  stop(): Promise<void>;
}

export interface SshSettings {
  /** A private key; null leaves it to the operator's ssh agent and own keys. */
  readonly key: string | null;
  /** The only hosts that are trusted, as `ssh-keyscan` prints them; null trusts a host when it is met. */
  readonly knownHosts: string | null;
  /** Where the hosts that were met are kept. */
  readonly metHosts: string;
}

const SSH_DIAL = fileURLToPath(new URL('ssh-dial.ts', import.meta.url));

/**
 * Git's way out. Addresses come from people, so every connection, a redirect's too, is made by the dialer: https by a
 * proxy on this machine, ssh by a command that asks the same proxy. `operator` is what an operator sets for git itself.
 */
export function createGitNetwork(
  settings: DialerSettings,
  operator: Readonly<Record<string, string>>,
  ssh: SshSettings,
  log: Log,
): GitNetwork {
  const proxy = createConnectProxy(createDialer(settings), log);
  return {
    async variables(protocol, login) {
      const address = await proxy.address(protocol);
      // As variables and not as arguments: those of a process can be read by everybody on the machine.
      const https = configured({ 'http.proxy': address, 'http.proxyAuthMethod': 'basic', ...signedIn(login) });
      const byDialer = { GIT_SSH_COMMAND: sshCommand(ssh), CODEX_DIALER: address };
      return { ...operator, ...(protocol === 'https' ? https : byDialer) };
    },
    stop: () => proxy.stop(),
  };
}

/** Sent with the first request, so that nothing is asked for twice, and to this address only. */
function signedIn(login: GitLogin | undefined): Record<string, string> {
  if (login === undefined) return {};
  const { address, user, password } = login;
  const basic = Buffer.from(`${user}:${password}`, 'utf8').toString('base64');
  return { [`http.${address}.extraHeader`]: `Authorization: Basic ${basic}` };
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
function sshCommand({ key, knownHosts, metHosts }: SshSettings): string {
  const options = [
    '-oBatchMode=yes',
    '-oConnectTimeout=10',
    `-oProxyCommand=${quoted(`${literal(process.execPath)} ${literal(SSH_DIAL)} %h %p`)}`,
  ];
  if (key !== null) options.push(`-oIdentityFile=${quoted(key)}`, '-oIdentitiesOnly=yes');
  // Whoever names the hosts means these and no others. Without that, a host is taken for the one that was met first.
  if (knownHosts !== null) options.push(`-oUserKnownHostsFile=${quoted(knownHosts)}`, '-oStrictHostKeyChecking=yes');
  else {
    const files = quoted(`"${metHosts}" ~/.ssh/known_hosts`);
    options.push(`-oUserKnownHostsFile=${files}`, '-oStrictHostKeyChecking=accept-new');
  }
  return ['ssh', ...options].join(' ');
}

/** For the shell, and with no sign that ssh would replace. */
function literal(path: string): string {
  return quoted(path).replaceAll('%', '%%');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
