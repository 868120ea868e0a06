import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { buildSchema, type GraphQLSchema } from 'graphql';

let schema: GraphQLSchema | null = null;

/** GitHub's published schema, built once in a process. Read as a file: what its package exports also reads 12 MB of JSON. */
export function githubSchema(): GraphQLSchema {
  schema ??= buildSchema(readFileSync(fileOf('@octokit/graphql-schema', 'schema.graphql'), 'utf8'), {
    assumeValid: true,
  });
  return schema;
}

function fileOf(name: string, file: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) throw new Error(`${name} is not installed`);
  return join(dirname(manifest), file);
}
