import { hostname } from 'node:os';
import { join } from 'node:path';
import { BlobsEnv } from '@claude-codex/service-kit/blobs/open-blobs';
import { NETWORK_VARIABLES } from '@claude-codex/service-kit/git/environment';
import { newId } from '@claude-codex/service-kit/ids';
import { openedHosts } from '@claude-codex/service-kit/outgoing/addresses';
import type { DialerSettings } from '@claude-codex/service-kit/outgoing/dialer';
import { proxyVariables } from '@claude-codex/service-kit/outgoing/proxy-of';
import { absolutePath, httpAddress, redisAddress, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

const MIB = 1024 ** 2;

function isOpenable(entries: readonly string[]): boolean {
  try {
    openedHosts(entries);
    return true;
  } catch {
    return false;
  }
}

/** What is said about repositories, wherever the git service runs: on its own or inside the standalone process. */
export const RepositoriesEnv = z.object({
  CODEX_SAMPLE_REPOSITORY: absolutePath.optional(),
  /** The private key for repositories with an ssh address. Without it the keys of the server's own user are used. */
  CODEX_SSH_KEY: absolutePath.optional(),
  /** Hosts an ssh address may lead to, as `ssh-keyscan` prints them. Without it a host is trusted when it is met first. */
  CODEX_SSH_KNOWN_HOSTS: absolutePath.optional(),
  /** A file with the certificates that git trusts for https repositories, in place of the system's. */
  GIT_SSL_CAINFO: absolutePath.optional(),
  /** The largest hand-over that is taken. */
  CODEX_BUNDLE_MAX_MB: z.coerce.number().int().min(1).max(65_536).default(512),
  /** The proxy that leads to https addresses, of repositories and of the model provider; small letters work too. */
  HTTPS_PROXY: httpAddress.optional(),
  /** Hosts that are reached without a proxy, with commas between. */
  NO_PROXY: z.string().optional(),
  /**
   * Hosts and networks of your own that repositories may be fetched from, with commas between: `git.lan`, `.corp.example`
   * (all names below it), `10.1.0.0/16`. Without it only addresses of the internet are reached.
   */
  CODEX_PRIVATE_HOSTS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    )
    .refine(
      isOpenable,
      'may hold host names, .domain, addresses and networks such as 10.1.0.0/16, with commas between',
    ),
});

/** The environment of the git service as a service. */
export const GitEnv = RepositoriesEnv.extend({
  ...serviceFields(8089),
  REDIS_URL: redisAddress,
  CODEX_DATA_DIR: absolutePath,
  ...BlobsEnv.shape,
});

export interface GitSettings {
  /** The owner of this process's leases. */
  owner: string;
  dataDir: string;
  samplePath: string;
  bundleMaxBytes: number;
  /** How git reaches addresses that people give. */
  outgoing: DialerSettings;
  /** Variables of the operator that git itself understands. */
  network: Record<string, string>;
  sshKey: string | null;
  sshKnownHosts: string | null;
}

export function gitSettings(
  env: z.output<typeof RepositoriesEnv> & { CODEX_DATA_DIR: string },
  all: Record<string, string | undefined>,
): GitSettings {
  const controlPlane = [all.NATS_URL, all.REDIS_URL, all.DATABASE_URL].flatMap(placeOf);
  const network = NETWORK_VARIABLES.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]] as const]));
  return {
    owner: `${hostname()}-${newId()}`,
    dataDir: env.CODEX_DATA_DIR,
    samplePath: env.CODEX_SAMPLE_REPOSITORY ?? join(env.CODEX_DATA_DIR, 'sample.git'),
    bundleMaxBytes: env.CODEX_BUNDLE_MAX_MB * MIB,
    outgoing: { opened: env.CODEX_PRIVATE_HOSTS, controlPlane, proxy: proxyVariables(all) },
    network: Object.fromEntries(network),
    sshKey: env.CODEX_SSH_KEY ?? null,
    sshKnownHosts: env.CODEX_SSH_KNOWN_HOSTS ?? null,
  };
}

const USUAL_PORTS: Record<string, string> = {
  'nats:': '4222',
  'redis:': '6379',
  'postgres:': '5432',
  'postgresql:': '5432',
};

function placeOf(address: string | undefined): string[] {
  if (address === undefined || !URL.canParse(address)) return [];
  const { hostname: host, port: at, protocol } = new URL(address);
  const known = at || USUAL_PORTS[protocol];
  return known === undefined ? [] : [`${host}:${known}`];
}
