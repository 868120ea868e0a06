import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Engine, waitFor } from '@claude-codex/testing';
import { makeNamespace } from './namespace.ts';

const SSHD = '/usr/sbin/sshd';

/** For `describeWith`: only root makes network namespaces, and sshd is OpenSSH's. */
export const gitHost: Engine = {
  name: 'a git host with https and ssh',
  missing:
    process.getuid?.() !== 0
      ? 'only root can start one'
      : existsSync(SSHD)
        ? null
        : 'no sshd (on Debian, as root: tools/install-test-servers.sh)',
};

export type Way = 'https' | 'ssh';

/** A git host as a company has one: an address in its own network, an authority of its own, keys for ssh. */
export interface GitHost {
  /** As CODEX_PRIVATE_HOSTS takes it. */
  readonly network: string;
  /** Files, as GIT_SSL_CAINFO, CODEX_SSH_KEY and CODEX_SSH_KNOWN_HOSTS take them. */
  readonly certificate: string;
  readonly key: string;
  readonly knownHosts: string;
  /** Of a repository with one commit on `main`. */
  url(way: Way): string;
  /** `git …` in it. */
  git(way: Way, ...args: string[]): string;
  remove(): Promise<void>;
}

/** `tag` is unique on this machine and short. */
export async function makeGitHost(tag: string): Promise<GitHost> {
  const directory = mkdtempSync(join(tmpdir(), `${tag}-`));
  const at = (name: string) => join(directory, name);
  const namespace = await makeNamespace(tag);
  const servers: ChildProcess[] = [];
  const repository = (way: Way) => join(at('repositories'), `over-${way}.git`);

  function start(...command: string[]): void {
    const [program = '', ...args] = [...namespace.inside, ...command];
    servers.push(spawn(program, args, { stdio: 'inherit' }));
  }

  async function remove(): Promise<void> {
    for (const server of servers) {
      if (server.exitCode !== null || server.signalCode !== null) continue;
      const ended = once(server, 'exit');
      server.kill('SIGKILL');
      await ended;
    }
    await namespace.remove();
    rmSync(directory, { recursive: true, force: true });
  }

  try {
    mkdirSync(at('repositories'));
    for (const way of ['https', 'ssh'] as const) createRepository(repository(way));
    makeCertificate(namespace.there, at('tls-key'), at('tls-certificate'));
    makeKeys(namespace.there, at);
    start(
      process.execPath,
      resolve(import.meta.dirname, 'git-over-https.ts'),
      namespace.there,
      at('tls-key'),
      at('tls-certificate'),
      at('repositories'),
    );
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
    start(SSHD, '-D', '-e', '-f', at('sshd_config'));
    for (const port of [443, 22]) await waitFor(`port ${port} of the git host`, () => answers(namespace.there, port));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    network: namespace.network,
    certificate: at('tls-certificate'),
    key: at('client-key'),
    knownHosts: at('known-hosts'),
    url: (way) =>
      way === 'https'
        ? `https://${namespace.there}/over-https.git`
        : `ssh://root@${namespace.there}${repository('ssh')}`,
    git: (way, ...args) => execFileSync('git', ['--git-dir', repository(way), ...args], { encoding: 'utf8' }),
    remove,
  };
}

function createRepository(path: string): void {
  const git = (...args: string[]) => execFileSync('git', ['--git-dir', path, ...args], { encoding: 'utf8' }).trim();
  git('init', '--quiet', '--bare', '--initial-branch=main');
  git('config', 'http.receivepack', 'true');
  const blob = execFileSync('git', ['--git-dir', path, 'hash-object', '-w', '--stdin'], { input: '# A service\n' });
  const tree = execFileSync('git', ['--git-dir', path, 'mktree'], {
    input: `100644 blob ${blob.toString().trim()}\tREADME.md\n`,
  });
  const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  git('update-ref', 'refs/heads/main', git(...author, 'commit-tree', '-m', 'A service', tree.toString().trim()));
}

function makeCertificate(address: string, key: string, certificate: string): void {
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=git host'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', [...args, '-addext', `subjectAltName=IP:${address}`, ...files], { stdio: 'pipe' });
}

/** The host's key and the one key it lets in, which may run git's own commands and nothing else. */
function makeKeys(address: string, at: (name: string) => string): void {
  for (const name of ['host-key', 'client-key']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(name)]);
  }
  const only = `restrict,command="git-shell -c \\"$SSH_ORIGINAL_COMMAND\\""`;
  writeFileSync(at('authorized-keys'), `${only} ${readFileSync(at('client-key.pub'), 'utf8')}`, { mode: 0o600 });
  writeFileSync(at('known-hosts'), `${address} ${readFileSync(at('host-key.pub'), 'utf8')}`);
  const options = {
    ListenAddress: address,
    HostKey: at('host-key'),
    AuthorizedKeysFile: at('authorized-keys'),
    PermitRootLogin: 'forced-commands-only',
    PasswordAuthentication: 'no',
    StrictModes: 'no',
    UsePAM: 'no',
    PidFile: 'none',
    LogLevel: 'ERROR',
  };
  const lines = Object.entries(options).map(([name, value]) => `${name} ${value}\n`);
  writeFileSync(at('sshd_config'), lines.join(''));
}

async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    // Not yet.
    return false;
  } finally {
    socket.destroy();
  }
}
