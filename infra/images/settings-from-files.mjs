// Loaded before a service's main.ts (node --import): settings that compose hands over as files become the variables
// the service reads, so that no secret stands in `docker inspect`.
import { readFileSync, statSync } from 'node:fs';

// The socket's group has another number on every host, so the manager starts as root without any capability but
// changing who it is, and becomes uid 1000 with that group before its own code runs.
if (process.getuid?.() === 0 && process.env.DOCKER_SOCKET_GROUP_OF) {
  process.setgroups([statSync(process.env.DOCKER_SOCKET_GROUP_OF).gid]);
  process.setgid(1000);
  process.setuid(1000);
}
delete process.env.DOCKER_SOCKET_GROUP_OF;

const FROM_FILES = [
  'DATABASE_URL',
  'DATABASE_MIGRATION_URL',
  'NATS_URL',
  'REDIS_URL',
  'CODEX_SETUP_TOKEN',
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
];

for (const name of FROM_FILES) {
  const path = process.env[`${name}_FILE`];
  delete process.env[`${name}_FILE`];
  if (path === undefined || path === '' || (process.env[name] ?? '') !== '') continue;
  process.env[name] = readFileSync(path, 'utf8').trim();
}

// Nobody said which model answers: then the scripted demo model does, and the pages say so.
if (process.env.MODEL_CHOSEN === '') {
  process.env.ANTHROPIC_BASE_URL = process.env.DEMO_MODEL_URL;
  process.env.CODEX_MODEL_LABEL = 'scripted demo model';
  process.env.CODEX_MODEL_SCRIPTED = 'true';
  process.env.CODEX_DEFAULT_MODEL = 'scripted-demo-model';
}
delete process.env.MODEL_CHOSEN;
delete process.env.DEMO_MODEL_URL;
