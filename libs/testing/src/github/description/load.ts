import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../skips.ts';
import type { Schema } from './schema.ts';

const FOLDER = join(import.meta.dirname, '../../../github-description');
const FILE = join(FOLDER, 'node_modules/@octokit/openapi/generated/api.github.com.deref.json');

/** For `describeWith`: GitHub's official description of its API (385 MB, so no dependency of ours). */
export const githubDescription: Engine = {
  name: '@octokit/openapi',
  missing: existsSync(FILE) ? null : 'run tools/install-test-servers.sh',
};

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>;

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly 'x-webhooks': Readonly<
    Record<string, { readonly post: { readonly requestBody: { readonly content: Content } } }>
  >;
}

export interface Described {
  /** By `GET /user`. */
  readonly operations: ReadonlyMap<string, Operation>;
  /** Payloads by `pull-request-opened`, or `push` where there is no action. */
  readonly webhooks: ReadonlyMap<string, Schema>;
}

let described: Described | null = null;

/**
 * What the description says of some operations, and of webhooks of some events. The file is read once in a process, which
 * takes more than a second; what nobody asked for is let go.
 * @param wanted as `GET /user`
 * @param events as in `X-GitHub-Event`
 */
export function loadDescription(wanted: readonly string[], events: readonly string[]): Described {
  described ??= extract(JSON.parse(readFileSync(FILE, 'utf8')) as Description, wanted, events);
  return described;
}

function extract(description: Description, wanted: readonly string[], events: readonly string[]): Described {
  const operations = wanted.flatMap((name): [string, Operation][] => {
    const [method = '', path = ''] = name.split(' ');
    const operation = description.paths[path]?.[method.toLowerCase()];
    return operation === undefined ? [] : [[name, operation]];
  });
  const names = events.map((event) => event.replaceAll('_', '-'));
  const webhooks = Object.entries(description['x-webhooks']).flatMap(([name, { post }]): [string, Schema][] => {
    const schema = post.requestBody.content['application/json']?.schema;
    return schema !== undefined && names.some((event) => name === event || name.startsWith(`${event}-`))
      ? [[name, schema]]
      : [];
  });
  return { operations: new Map(operations), webhooks: new Map(webhooks) };
}
