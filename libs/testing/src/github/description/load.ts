import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../skips.ts';
import type { Schema } from './schema.ts';

const FOLDER = join(import.meta.dirname, '../../../github-description');
/** The one with references: what is used twice is read, kept and compiled once. */
const FILE = join(FOLDER, 'node_modules/@octokit/openapi/generated/api.github.com.json');

/** For `describeWith`: GitHub's official description of its API (385 MB, so no dependency of ours). */
export const githubDescription: Engine = {
  name: '@octokit/openapi',
  missing: existsSync(FILE) ? null : 'run tools/install-test-servers.sh',
};

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly MaybeReference<Parameter>[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, MaybeReference<Response>>>;
}
export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}
export interface Response {
  readonly content?: Content;
}
type Content = Readonly<Record<string, { readonly schema: Schema }>>;
type MaybeReference<T> = T | { readonly $ref: string };

export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly 'x-webhooks': Readonly<
    Record<string, { readonly post: { readonly requestBody: { readonly content: Content } } }>
  >;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

let description: Description | null = null;

/** 13 MB, read once in a process. @throws when it is not installed */
export function loadDescription(): Description {
  description ??= JSON.parse(readFileSync(FILE, 'utf8')) as Description;
  return description;
}

/** What a reference (`#/components/responses/not_found`) leads to, or the thing itself. */
export function resolved<T extends object>({ components }: Description, value: MaybeReference<T>): T {
  if (!('$ref' in value)) return value;
  const [, , kind = '', name = ''] = value.$ref.split('/');
  const target = components[kind]?.[name];
  if (target === undefined) throw new Error(`the description has no ${value.$ref}`);
  // The description is generated: what is kept in one kind is of that kind.
  return target as T;
}
