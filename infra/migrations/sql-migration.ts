import { readFileSync } from 'node:fs';

/** A migration as service-kit's `migrate` takes it: plain data, so that listing them loads no library. */
export interface SchemaMigration {
  readonly name: string;
  /** Read only when it is applied. */
  readonly statements: () => string[];
}

/** A migration that runs the SQL files of its folder, in the given order and in one transaction. */
export function sqlMigration(name: string, files: readonly string[]): SchemaMigration {
  const read = (file: string) => readFileSync(new URL(`./${name}/${file}`, import.meta.url), 'utf8');
  return { name, statements: () => files.map(read) };
}
