import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { FakeGithub } from './fake-github.ts';

const execute = promisify(execFile);

export interface Response {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at fields of answers whose shapes other tests hold
  readonly body: any;
}

/** Asks the API with a token. `POST /repos/o/r/pulls`; the body as JSON. */
export function client({ apiUrl }: FakeGithub, token?: string) {
  return async (asked: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> => {
    const [method = 'GET', path = ''] = asked.split(' ');
    const response = await fetch(path.startsWith('http') ? path : apiUrl + path, {
      method,
      redirect: 'manual',
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = text !== '' && response.headers.get('content-type')?.startsWith('application/json') === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}

/** Git as a user of the site runs it, in a directory of its own. */
export function gitFor(fake: FakeGithub, token: string | null) {
  const directory = mkdtempSync(join(tmpdir(), 'codex-github-client-'));
  const person = { NAME: 'Ada', EMAIL: 'ada@example.invalid' };
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSL_CAINFO: fake.certificate.file,
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((role) =>
        Object.entries(person).map(([key, value]) => [`GIT_${role}_${key}`, value]),
      ),
    ),
  };
  const run = async (...args: string[]) => (await execute('git', args, { cwd: directory, env })).stdout.trim();
  const url = (fullName: string) =>
    token === null
      ? fake.cloneUrl(fullName)
      : fake.cloneUrl(fullName).replace('https://', `https://x-access-token:${token}@`);
  return { directory, run, url };
}
