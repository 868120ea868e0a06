import { sqlMigration } from './sql-migration.ts';

export type { SchemaMigration } from './sql-migration.ts';

/** Every change of the schema, oldest first. Released ones never change; a new one gets the next number. */
export const migrations = [
  sqlMigration('0001-event-store', ['tables.sql', 'guard.sql', 'archive.sql', 'append.sql', 'roles.sql']),
  sqlMigration('0002-accounts', ['tables.sql']),
  sqlMigration('0003-read-models', ['tasks.sql', 'workspace.sql']),
  sqlMigration('0005-rebuild', ['build.sql']),
  sqlMigration('0006-history', ['tables.sql']),
  sqlMigration('0007-long-streams', ['snapshots.sql', 'archive.sql']),
  sqlMigration('0008-cancel-build', ['cancel-build.sql']),
  sqlMigration('0012-access', ['tables.sql']),
  sqlMigration('0013-orchestrator', ['retired.sql']),
  sqlMigration('0014-live-rows', ['tables.sql']),
  sqlMigration('0015-task-parts', ['parts.sql']),
  sqlMigration('0016-forge-credentials', ['tables.sql']),
  sqlMigration('0017-tasks-from-issues', ['index.sql']),
  sqlMigration('0018-forge-apps', ['tables.sql']),
  sqlMigration('0019-forge-deliveries', ['tables.sql']),
];
