import type { GitAccessAnswer } from '@claude-codex/contracts';
import {
  ConvertAppRequest,
  ForgeRepositoriesRequest,
  ForgeRepositoryRequest,
  ForgeSiteRequest,
  GitAccessRequest,
  LookAtForgeRequest,
  subjects,
} from '@claude-codex/contracts';
import { type Bus, BusRemoteError } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import type { ApiSettings } from '../api/client.ts';
import { webUrlOf } from '../api/web-url.ts';
import type { Clients } from '../connections/clients.ts';
import { convertApp } from './convert-app.ts';
import { lookAt } from './look.ts';
import { refusalOf } from './refusal.ts';
import { listRepositories, repositoryOf } from './repositories.ts';

const QUEUE = { queue: 'github-sync' };
/** As GitHub documents it for every kind of token. */
const GIT_USER = 'x-access-token';

/** What other services ask about GitHub. */
export function serveRequests({ bus, clients, api }: { bus: Bus; clients: Clients; api: ApiSettings }): () => void {
  const subject = subjects.forge('github');
  const stops = [
    serveJson(bus, subject.look, LookAtForgeRequest, (body) => lookAt({ clients, api }, body), QUEUE),
    serveJson(
      bus,
      subject.repositories,
      ForgeRepositoriesRequest,
      (body) => said(listRepositories(clients, body)),
      QUEUE,
    ),
    serveJson(bus, subject.repository, ForgeRepositoryRequest, (body) => repositoryOf(clients, body), QUEUE),
    serveJson(bus, subject.gitAccess, GitAccessRequest, (body) => said(gitAccess(clients, body)), QUEUE),
    serveJson(bus, subject.site, ForgeSiteRequest, async () => ({ webUrl: webUrlOf(api.apiUrl) }), QUEUE),
    serveJson(bus, subject.convertApp, ConvertAppRequest, (body) => convertApp(api, body), QUEUE),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

async function gitAccess(
  clients: Clients,
  { connectionId, slug, publicKey }: GitAccessRequest,
): Promise<GitAccessAnswer> {
  const { token } = await clients.ofConnection(connectionId, { purpose: 'git', slug });
  return { user: GIT_USER, sealed: await sealTo(publicKey, token) };
}

/** Refusals cross the bus with their sentence. */
async function said<Answer>(work: Promise<Answer>): Promise<Answer> {
  try {
    return await work;
  } catch (error) {
    const { code, detail } = refusalOf(error);
    throw new BusRemoteError(code, detail);
  }
}
