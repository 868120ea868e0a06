import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  key: string;
  cert: string;
  /** The certificate as a file, for programs that are told to trust it. Lies in a directory of its own. */
  file: string;
}

/**
 * A certificate for this machine that nobody signed, as a company's own authority would be to us.
 * @param more other names or addresses it is for
 */
export function selfSigned(...more: readonly string[]): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'codex-certificate-'));
  const [key, file] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const others = more.map((name) => `,${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
  const names = `subjectAltName=DNS:localhost,IP:127.0.0.1${others.join('')}`;
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  execFileSync('openssl', [...args, '-addext', names, '-keyout', key, '-out', file], { stdio: 'pipe' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(file, 'utf8'), file };
}
