// First start of the team server, step 1 (as root): makes the secrets that do not exist yet, each in the volume of the
// only containers that may read it, and hands the data directories to the users that work in them. Every start runs it;
// what exists stays as it is.
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SERVICES, serviceFacts } from '@claude-codex/contracts/services';

const SERVICE_USER = 1000;
const owners = (secret) => SERVICES.filter((name) => serviceFacts(name).secrets.includes(secret));
const DATABASE_USERS = owners('database');
const root = process.argv[2] ?? '/secrets';

/** The source of everything derived below; mounted nowhere else. */
const kept = (name, make = password) => keepFile(join(root, 'vault', name), make, { mode: 0o400, uid: 0 });

const passwords = {
  postgres: kept('postgres'),
  ...Object.fromEntries(DATABASE_USERS.map((name) => [name, kept(name)])),
  nats: kept('nats'),
  valkey: kept('valkey'),
};
const natsUrl = `nats://codex:${passwords.nats}@nats:4222`;
const redisUrl = `redis://:${passwords.valkey}@valkey:6379`;
const setupToken = process.env.CODEX_SETUP_TOKEN || kept('setup-token');

// Servers run as users of their own images; their volumes are mounted nowhere else, so any user inside may read.
give('postgres', { password: passwords.postgres }, { mode: 0o444, uid: 0 });
give('nats', { 'auth.conf': natsAuthorization(passwords.nats) }, { mode: 0o444, uid: 0 });
give(
  'valkey',
  { 'valkey.conf': `requirepass ${passwords.valkey}\n`, password: passwords.valkey },
  { mode: 0o444, uid: 0 },
);

give('migrate', {
  'database-url': databaseUrl('codex', passwords.postgres),
  logins: JSON.stringify(
    DATABASE_USERS.map((name) => ({
      login: loginName(name),
      // The health checker only looks whether the database answers.
      role: name === 'health-checker' ? null : `codex_${name.replaceAll('-', '_')}`,
      password: passwords[name],
    })),
  ),
});
for (const name of SERVICES) give(name, { 'nats-url': natsUrl });
share('database', 'database-url', (name) => databaseUrl(loginName(name), passwords[name]));
share('redis', 'redis-url', () => redisUrl);
const masterKey = kept('master-key', () => randomBytes(32).toString('base64'));
share('master-key', 'master-key', () => masterKey);
// Owned by whoever uses them, as ssh demands it. Both are /dev/null when nobody named a file.
for (const name of ['ssh-key', 'ssh-known-hosts']) give('git', { [name]: given(`/run/${name}`) });
for (const name of ['gateway', 'git', 'egress', 'agent-manager']) give(name, { 's3-keys': given('/run/s3-keys') });
give('gateway', { 'setup-token': setupToken });
// What further hosts show when they ask for large things, for the model or for tools.
for (const name of ['gateway', 'egress']) give(name, { 'host-token': kept('host-token') });

for (const directory of (process.env.OWNED_BY_SERVICES ?? '').split(':').filter((path) => path !== '')) {
  mkdirSync(directory, { recursive: true });
  chmodSync(directory, 0o700);
  chownSync(directory, SERVICE_USER, SERVICE_USER);
}

function give(consumer, files, { mode = 0o400, uid = SERVICE_USER } = {}) {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, consumer, name);
    if (existsSync(path) && readFileSync(path, 'utf8') === content) continue;
    replaceFile(path, content, { mode, uid });
  }
  chmodSync(join(root, consumer), 0o755);
}

/** One file for each service that has this secret by the list of services; an earlier release may have given it to more. */
function share(secret, file, contentFor) {
  for (const name of SERVICES) {
    if (serviceFacts(name).secrets.includes(secret)) give(name, { [file]: contentFor(name) });
    else rmSync(join(root, name, file), { force: true });
  }
}

function given(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function keepFile(path, make, owner) {
  if (!existsSync(path)) replaceFile(path, make(), owner);
  return readFileSync(path, 'utf8');
}

/** Whole or not at all: a start that is cut off here must not leave half a secret that the next one would keep. */
function replaceFile(path, content, { mode, uid }) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content, { mode });
  chownSync(draft, uid, uid);
  renameSync(draft, path);
}

function password() {
  return randomBytes(24).toString('base64url');
}

function loginName(service) {
  return `${service.replaceAll('-', '_')}_login`;
}

function databaseUrl(user, secret) {
  return `postgres://${user}:${secret}@postgres:5432/codex`;
}

function natsAuthorization(secret) {
  return `authorization { user: codex, password: "${secret}" }\n`;
}
