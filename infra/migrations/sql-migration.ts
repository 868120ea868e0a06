import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** A migration as MikroORM's migrator takes it. */
export interface SchemaMigration {
  readonly name: string;
  readonly class: new (...args: ConstructorParameters<typeof Migration>) => Migration;
}

/** A migration that runs the SQL files of its folder, in the given order and in one transaction. */
export function sqlMigration(name: string, files: readonly string[]): SchemaMigration {
  class SqlMigration extends Migration {
    override async up(): Promise<void> {
      for (const file of files) this.addSql(readFileSync(new URL(`./${name}/${file}`, import.meta.url), 'utf8'));
    }
  }
  return { name, class: SqlMigration };
}
