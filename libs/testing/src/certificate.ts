import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  key: string;
  cert: string;
  /** The certificate as a file, for programs that are told to trust it. Lies in a directory of its own. */
  file: string;
}

const made = new Map<string, Certificate>();

/**
 * A certificate for this machine that nobody signed, as a company's own authority would be to us. The same for the same
 * names as long as the process lives, and removed with it.
 * @param more other names or addresses it is for
 */
export function selfSigned(...more: readonly string[]): Certificate {
  const others = more.map((name) => `,${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
  const names = `subjectAltName=DNS:localhost,IP:127.0.0.1${others.join('')}`;
  const certificate = made.get(names) ?? make(names);
  made.set(names, certificate);
  return certificate;
}

function make(names: string): Certificate {
  const directory = mkdtempSync(join(tmpdir(), 'codex-certificate-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const [key, file] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  // The key of a curve is there at once; one of RSA is looked for.
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const args = ['req', '-x509', ...kind, '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  execFileSync('openssl', [...args, '-addext', names, '-keyout', key, '-out', file], { stdio: 'pipe' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(file, 'utf8'), file };
}
