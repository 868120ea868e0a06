// First step of a further host for agents (as root): hands the data directory, and copies of the files the operator gave, to
// the user that services run as. Every start runs it, so that a replaced file counts.
import { chmodSync, chownSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SERVICE_USER = 1000;
const DATA = '/data';

for (const path of [DATA, join(DATA, 'sockets')]) {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o700);
  chownSync(path, SERVICE_USER, SERVICE_USER);
}
for (const name of ['nats-url', 'host-token', 's3-keys']) {
  const draft = join('/secrets', `${name}.new`);
  writeFileSync(draft, readFileSync(join('/given', name), 'utf8'), { mode: 0o400 });
  chownSync(draft, SERVICE_USER, SERVICE_USER);
  renameSync(draft, join('/secrets', name));
}
chmodSync('/secrets', 0o755);
