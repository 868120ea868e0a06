import type { IncomingMessage, ServerResponse } from 'node:http';
import { serveGitRequest } from '../../git-http-backend.ts';
import { isAtLeast, isPermitted, roleOfActor } from '../access.ts';
import { afterPush } from '../actions/pushes.ts';
import { validToken } from '../http/authenticate.ts';
import type { Repository } from '../state.ts';
import { inTurn, type Token, type World } from '../world.ts';
import { refsOf } from './bare-repository.ts';

const PATH = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/;

/** Whether a path is one that git asks for. */
export function isGitPath(path: string): boolean {
  return PATH.test(path);
}

/** Git over https for whoever may: any user name, with a token as password. What a push moves has its consequences. */
export async function serveGit(world: World, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', world.at.web);
  const [, owner = '', name = '', rest = ''] = PATH.exec(decodeURIComponent(url.pathname)) ?? [];
  const repository = world.repositories.get(`${owner}/${name}`.toLowerCase());
  const isPush = rest === '/git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack';
  const credentials = basicPassword(request.headers.authorization);
  const token = credentials === null ? null : validToken(world, credentials);
  if (credentials !== null && token === null) {
    refuse(response, 401, 'Invalid username or token. Password authentication is not supported for Git operations.');
    return;
  }
  const may = repository === undefined ? 'nothing' : rights(repository, token);
  if (token === null && (may === 'nothing' || isPush)) {
    refuse(response, 401, 'Authentication required');
    return;
  }
  if (repository === undefined || may === 'nothing') {
    refuse(response, 404, 'Repository not found.');
    return;
  }
  if (isPush && may !== 'push') {
    const who = token?.account.login ?? 'anonymous';
    refuse(response, 403, `Permission to ${repository.fullName}.git denied to ${who}.`);
    return;
  }
  const path = `/${repository.fullName}.git${rest}`;
  const asked = { root: world.directory, path, query: url.search.slice(1), user: token?.account.login ?? '' };
  if (rest !== '/git-receive-pack' || token === null) {
    await serveGitRequest(request, response, { ...asked, mayPush: isPush });
    return;
  }
  await inTurn(repository, async () => {
    const before = await refsOf(repository.directory);
    const beforeEnd = () => afterPush(world, repository, token.account, before);
    await serveGitRequest(request, response, { ...asked, mayPush: true, beforeEnd });
  });
}

function rights(repository: Repository, token: Token | null): 'nothing' | 'read' | 'push' {
  const role = roleOfActor(repository, token === null ? { kind: 'anonymous' } : { kind: 'token', token });
  if (role === null) return 'nothing';
  if (token === null) return 'read';
  if (isAtLeast(role, 'write') && isPermitted(token, repository, ['contents'], 'write')) return 'push';
  return isPermitted(token, repository, ['contents'], 'read') ? 'read' : 'nothing';
}

function basicPassword(header: string | undefined): string | null {
  const encoded = /^basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const [, ...password] = Buffer.from(encoded, 'base64').toString().split(':');
  return password.join(':');
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const ask = status === 401 ? { 'www-authenticate': 'Basic realm="GitHub"' } : {};
  response.writeHead(status, { 'content-type': 'text/plain', ...ask }).end(`${message}\n`);
}
