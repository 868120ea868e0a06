import { join } from 'node:path';
import { BlobsEnv } from '@claude-codex/service-kit/blobs/open-blobs';
import { HostEnv } from '@claude-codex/service-kit/host-id';
import { HOST_MCP, HOST_MODEL } from '@claude-codex/service-kit/http/host-token';
import { type ProxyVariables, proxyVariables } from '@claude-codex/service-kit/outgoing/proxy-of';
import { absolutePath, httpAddress, serviceFields } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';
import type { Place } from './hosts/place.ts';

/** Settings of the egress service on its own. `DATABASE_URL` is not among them: events go over the bus. */
export const EgressEnv = z
  .object({
    ...serviceFields(8083),
    MCP_URL: httpAddress.default('http://mcp:8082/mcp'),
    CODEX_DATA_DIR: absolutePath,
    ...BlobsEnv.shape,
    ...HostEnv.shape,
    /**
     * The team server's address, on a further host: model and tools are reached there, with the token of
     * CODEX_HOST_TOKEN_FILE. Default: CODEX_BLOBS, where that is one.
     */
    CODEX_TEAM_URL: httpAddress.optional(),
    /** Default: master.key in the data directory. */
    CODEX_MASTER_KEY_FILE: z.string().min(1).optional(),
    ANTHROPIC_BASE_URL: httpAddress.default('https://api.anthropic.com'),
    ANTHROPIC_API_KEY: z.string().min(1).optional(),
    ANTHROPIC_AUTH_TOKEN: z.string().min(1).optional(),
    /** The proxy that leads to an https provider; small letters work too. Health asks the same way. */
    HTTPS_PROXY: httpAddress.optional(),
    /** The same for a provider with an http address. */
    HTTP_PROXY: httpAddress.optional(),
    /** Hosts that are reached without a proxy, with commas between. */
    NO_PROXY: z.string().optional(),
    /** A file with certificates to trust beside the usual ones, for example of a company's own authority. */
    NODE_EXTRA_CA_CERTS: z.string().optional(),
  })
  .refine((env) => env.ANTHROPIC_API_KEY === undefined || env.ANTHROPIC_AUTH_TOKEN === undefined, {
    path: ['ANTHROPIC_AUTH_TOKEN'],
    message: 'must be absent when ANTHROPIC_API_KEY is set: only one credential can be sent',
  });
export type EgressEnv = z.infer<typeof EgressEnv>;

/** Where the model answers and the credential that never enters a container; at most one of the two is set. */
export interface ModelProvider {
  baseUrl: string;
  apiKey: string | null;
  authToken: string | null;
  /** Shown to people, for example in a health check. */
  label: string;
  /** The operator's way there; without it directly, as to a model in this very process. */
  proxy?: ProxyVariables;
}

export interface EgressSettings {
  provider: ModelProvider;
  mcpUrl: string;
  /** Doors are opened for managers of this host only: their sockets lie in its directories. */
  hostId: string;
  /** Where the open doors are remembered, so that a restarted egress serves them again at once; null = nowhere. */
  doorsFile: string | null;
  limits: EgressLimits;
}

export interface EgressLimits {
  modelRequestBytes: number;
  mcpRequestBytes: number;
  blobBytes: number;
  /** A streamed answer must begin within this time, or the call is made again: a large request may take minutes. */
  firstByteMs: number;
  /** The same for an answer that comes in one piece, which begins only when it is finished. */
  wholeAnswerMs: number;
  /** Between two tries of a call that the provider did not answer as it should: at first, doubled up to the longest. */
  retryFirstMs: number;
  retryLongestMs: number;
  /** The same where a person has to put something right: asked again so that nobody has to say that it was. */
  retryPersonMs: number;
  /** Of an answer in one piece nothing can be sent early, so its agent is told after so long. A stream waits on. */
  holdWholeMs: number;
  /** How often an agent that waits for a held stream sees that it still lives. */
  pingMs: number;
  /** When the agent hangs up, so long the provider may take to say what the call has cost already. */
  lastWordsMs: number;
  /** A stream that is silent for so long is cut; the provider and the tools ping far more often. */
  streamIdleMs: number;
  /** What one agent may hold at the same time, so that a runaway one cannot starve the others. */
  connectionsPerDoor: number;
  modelCallsPerDoor: number;
  /** A worker that is told to stop may still hand in what it has; then its door closes. */
  endGraceMs: number;
  /** All uploads through one door together. */
  blobBytesPerDoor: number;
  /** Bodies of all calls of one agent that are under way, which are kept in memory. */
  bodyBytesPerDoor: number;
}

const MIB = 1024 * 1024;

export const EGRESS_LIMITS: EgressLimits = {
  modelRequestBytes: 32 * MIB,
  mcpRequestBytes: 4 * MIB,
  blobBytes: 512 * MIB,
  firstByteMs: 600_000,
  wholeAnswerMs: 600_000,
  retryFirstMs: 1_000,
  retryLongestMs: 30_000,
  retryPersonMs: 15_000,
  holdWholeMs: 240_000,
  pingMs: 10_000,
  lastWordsMs: 10_000,
  streamIdleMs: 180_000,
  connectionsPerDoor: 256,
  modelCallsPerDoor: 16,
  endGraceMs: 3_000,
  blobBytesPerDoor: 4096 * MIB,
  bodyBytesPerDoor: 128 * MIB,
};

/** The settings of the app from the environment of a service on its own. */
export function egressSettings(
  env: EgressEnv,
  all: Record<string, string | undefined>,
  { hostId, place }: { hostId: string; place: Place },
): EgressSettings {
  const team = teamUrlOf(env);
  const ways = team === null || place.kind === 'team_server' ? ownWays(env) : waysOf(team, place.hostToken);
  const { provider, mcpUrl } = ways;
  return {
    provider: { ...provider, proxy: proxyVariables(all) },
    mcpUrl,
    hostId,
    doorsFile: join(env.CODEX_DATA_DIR, 'egress', 'doors.json'),
    limits: EGRESS_LIMITS,
  };
}

/** Null on the team server itself. */
export function teamUrlOf({
  CODEX_TEAM_URL: team,
  CODEX_BLOBS: blobs,
}: Pick<EgressEnv, 'CODEX_TEAM_URL' | 'CODEX_BLOBS'>): string | null {
  const url = team ?? (blobs !== undefined && /^https?:/.test(blobs) ? blobs : null);
  return url?.replace(/\/+$/, '') ?? null;
}

type Ways = Pick<EgressSettings, 'provider' | 'mcpUrl'>;

function ownWays(env: EgressEnv): Ways {
  const { ANTHROPIC_BASE_URL: baseUrl, ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN } = env;
  const [apiKey, authToken] = [ANTHROPIC_API_KEY ?? null, ANTHROPIC_AUTH_TOKEN ?? null];
  return { provider: { baseUrl, apiKey, authToken, label: new URL(baseUrl).host }, mcpUrl: env.MCP_URL };
}

/** The token for hosts in place of the credential, which stays where it is. */
function waysOf(team: string, hostToken: string): Ways {
  const label = `the team server ${new URL(team).host}`;
  return {
    provider: { baseUrl: `${team}${HOST_MODEL}`, apiKey: null, authToken: hostToken, label },
    mcpUrl: `${team}${HOST_MCP}`,
  };
}
