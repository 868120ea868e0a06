import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import { freePort, silentLog } from '@claude-codex/testing';
import { type Certificate, selfSigned } from '@claude-codex/testing/certificate';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDirectories } from '../directories.ts';
import { mergePullRequest } from '../forges/local/merge-pull-request.ts';
import { personSignature } from '../merging/identities.ts';
import { pushBranch } from '../merging/push.ts';
import { commitFiles, createRepository, git, localSources, temporaryDirectory } from '../mirrors/git-fixture.ts';
import { createMirrors } from '../mirrors/mirrors.ts';
import { probeRepository } from '../repositories/probe.ts';
import { serveGit } from './https-git.fixture.ts';
import { createGitNetwork } from './network.ts';
import { withSource } from './source-access.ts';

let certificate: Certificate;
let root: string;
const stops: (() => unknown)[] = [];
beforeAll(() => {
  certificate = selfSigned();
});
beforeEach(() => {
  root = temporaryDirectory();
  createRepository(join(root, 'project'), { 'a.txt': 'one\n' });
  git(root, 'clone', '--quiet', '--bare', 'project', 'project.git');
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  rmSync(root, { recursive: true, force: true });
});

const FAIL_AFTER_MS = 300;
const NO_SSH = { key: null, knownHosts: null };

function house(
  opened: string[],
  failAfterMs = opened.length === 0 ? FAIL_AFTER_MS : 4_000,
  trusted: Record<string, string> = { GIT_SSL_CAINFO: certificate.file },
) {
  const directories = createDirectories(join(root, 'data'));
  const network = createGitNetwork(
    { opened, failAfterMs },
    trusted,
    { ...NO_SSH, metHosts: join(root, 'met') },
    silentLog,
  );
  stops.push(() => network.stop());
  const settings = { ...localSources(directories), network: network.variables };
  const probe = (url: string) => probeRepository({ kind: 'git', url }, settings, directories);
  return { probe, settings, mirrors: createMirrors(directories, settings) };
}

async function server(elsewhere?: string) {
  const serving = await serveGit(root, certificate, elsewhere);
  stops.push(() => serving.stop());
  return serving;
}

describe('a repository in the network', () => {
  it('whose certificate is not trusted is refused by its name, with the setting that helps', async () => {
    const { url } = await server();
    const refused = await house(['localhost'], 4_000, {}).probe(url('project.git'));
    expect(refused).toMatchObject({ ok: false, code: 'CERTIFICATE_UNTRUSTED' });
    expect(refused.detail).toMatch(/^The certificate of localhost is not trusted.+GIT_SSL_CAINFO\.$/);
  });

  it('is connected and merged into over https when its host was opened', async () => {
    const { url, visits } = await server();
    const { probe, mirrors, settings } = house(['localhost']);
    expect(await probe(url('project.git'))).toMatchObject({ ok: true, defaultBranch: 'main' });
    expect(visits.length).toBeGreaterThan(0);

    const source = { kind: 'git' as const, url: url('project.git') };
    const repositoryId = newId();
    await mirrors.refresh(repositoryId, source);
    const headSha = commitFiles(join(root, 'project'), { 'b.txt': 'b\n' }, 'Work');
    git(join(root, 'project'), 'push', '--quiet', mirrors.gitDir(repositoryId), 'HEAD:refs/heads/codex/1-a1');
    const pullRequest = { repositoryId, branch: 'codex/1-a1', baseBranch: 'main', headSha, title: 'Work', body: '' };
    const author = personSignature('ada', '2026-03-01T12:00:00Z');
    const task = { pullRequestId: newId(), ...pullRequest, source, strategy: 'squash' as const, author };
    const merged = await mergePullRequest(mirrors, settings, task);
    expect(merged).toMatchObject({ ok: true, mergeSha: git(join(root, 'project.git'), 'rev-parse', 'main') });
  });

  it('keeps what somebody pushed while we merged: nothing is put in its place', async () => {
    const { url } = await server();
    const { mirrors, settings } = house(['localhost']);
    const source = { kind: 'git' as const, url: url('project.git') };
    const repositoryId = newId();
    const { headSha: baseSha } = await mirrors.refresh(repositoryId, source);
    const gitDir = mirrors.gitDir(repositoryId);
    const sha = commitFiles(join(root, 'project'), { 'b.txt': 'ours\n' }, 'Ours');
    git(join(root, 'project'), 'push', '--quiet', gitDir, 'HEAD:refs/heads/codex/1-a1');
    git(root, 'clone', '--quiet', 'project.git', 'colleague');
    const theirs = commitFiles(join(root, 'colleague'), { 'c.txt': 'theirs\n' }, 'Theirs');
    git(join(root, 'colleague'), 'push', '--quiet', 'origin', 'HEAD:main');

    const push = { gitDir, branch: 'main', baseSha, sha };
    const pushed = await withSource(source, settings, (access) => pushBranch(access, push));
    expect(pushed).toMatchObject({ ok: false, moved: true, code: 'BASE_MOVED' });
    expect(git(join(root, 'project.git'), 'rev-parse', 'main')).toBe(theirs);
  });

  it.each([
    ['page', 'REPOSITORY_MISSING'],
    ['line', 'NOTHING_OFFERED'],
    ['nothing', 'NOTHING_OFFERED'],
  ])('that is the address of a web page is said to be none: %s', async (path, code) => {
    const { url } = await server();
    const refused = await house(['localhost']).probe(url(path));
    expect(refused).toMatchObject({ ok: false, code, detail: expect.stringContaining(url(path)) });
  });

  it('is reached over ssh when its host was opened', async () => {
    const greetings: string[] = [];
    const listener = createTcpServer((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', (greeting) => {
          greetings.push(String(greeting));
          socket.destroy();
        });
      socket.write('SSH-2.0-test\r\n');
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    stops.push(() => listener.close());
    await house(['127.0.0.1']).probe(`ssh://git@127.0.0.1:${(listener.address() as AddressInfo).port}/x.git`);
    expect(greetings).toEqual([expect.stringMatching(/^SSH-2.0-/)]);
  });

  it('is not reached while nobody opened its host: nothing arrives there', async () => {
    const { url, visits } = await server();
    const refused = await house([]).probe(url('project.git'));
    expect(refused).toMatchObject({ ok: false, code: 'HOST_UNREACHABLE' });
    expect(refused.detail).toContain('localhost');
    expect(refused.detail).toContain('CODEX_PRIVATE_HOSTS');
    expect(visits).toEqual([]);
  });

  it('cannot lead on to a host that is not open', async () => {
    const inside = await server();
    const { port } = new URL(inside.url(''));
    const outside = await server(`https://127.0.0.1:${port}`);
    const { probe } = house(['localhost'], FAIL_AFTER_MS * 4);
    // The name is opened and the address is not, though they are the same machine.
    expect(await probe(outside.url('away/project.git'))).toMatchObject({ ok: false, code: 'HOST_UNREACHABLE' });
    expect(inside.visits).toEqual([]);
  });

  it('cannot lead on to another protocol', async () => {
    const visits: string[] = [];
    const plain = createServer((request, response) => {
      visits.push(request.url ?? '');
      response.end();
    }).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    stops.push(() => plain.close());
    const { url } = await server(`http://localhost:${(plain.address() as AddressInfo).port}`);
    expect(await house(['localhost']).probe(url('away/project.git'))).toMatchObject({ ok: false });
    expect(visits).toEqual([]);
  });
});

describe('what a person learns of the network behind the server', () => {
  it.each([
    ['https', (port: number) => `https://127.0.0.1:${port}/x.git`],
    ['a number', (port: number) => `https://2130706433:${port}/x.git`],
    ['hexadecimal', (port: number) => `https://0x7f.1:${port}/x.git`],
    ['ssh', (port: number) => `ssh://git@127.0.0.1:${port}/x.git`],
    ['metadata', () => 'https://169.254.169.254/latest/meta-data.git'],
    ['an unknown name', () => 'https://no-such-host.invalid/x.git'],
  ])('is nothing, neither by words nor by time: %s', async (_spelling, address) => {
    const { probe } = house([]);
    let visits = 0;
    const listener = createTcpServer((socket) => {
      visits += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    stops.push(() => listener.close());
    const asked = async (port: number) => {
      const from = performance.now();
      const { code, detail } = await probe(address(port));
      return { code, detail: detail.replaceAll(String(port), 'PORT'), ms: performance.now() - from };
    };
    const open = await asked((listener.address() as AddressInfo).port);
    const closed = await asked(await freePort());
    expect(open.code).toBe('HOST_UNREACHABLE');
    expect({ ...open, ms: 0 }).toEqual({ ...closed, ms: 0 });
    for (const { ms } of [open, closed]) expect(ms).toBeGreaterThanOrEqual(FAIL_AFTER_MS);
    expect(visits).toBe(0);
  });
});
