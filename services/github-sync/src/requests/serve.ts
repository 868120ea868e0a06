import type { GitAccessAnswer } from '@claude-codex/contracts';
import {
  ForgeRepositoriesRequest,
  ForgeRepositoryRequest,
  GitAccessRequest,
  LookAtForgeRequest,
  subjects,
} from '@claude-codex/contracts';
import { type Bus, BusRemoteError } from '@claude-codex/service-kit/bus';
import { serveJson } from '@claude-codex/service-kit/bus-json';
import { sealTo } from '@claude-codex/service-kit/secrets/secret-box';
import type { Clients } from '../connections/clients.ts';
import { lookAt } from './look.ts';
import { refusalOf } from './refusal.ts';
import { listRepositories, repositoryOf } from './repositories.ts';

const QUEUE = { queue: 'github-sync' };
/** As GitHub documents it for every kind of token. */
const GIT_USER = 'x-access-token';

/** What other services ask about GitHub. */
export function serveRequests({ bus, clients }: { bus: Bus; clients: Clients }): () => void {
  const subject = subjects.forge('github');
  const stops = [
    serveJson(bus, subject.look, LookAtForgeRequest, (body) => lookAt(clients, body), QUEUE),
    serveJson(
      bus,
      subject.repositories,
      ForgeRepositoriesRequest,
      (body) => said(listRepositories(clients, body)),
      QUEUE,
    ),
    serveJson(bus, subject.repository, ForgeRepositoryRequest, (body) => repositoryOf(clients, body), QUEUE),
    serveJson(bus, subject.gitAccess, GitAccessRequest, (body) => said(gitAccess(clients, body)), QUEUE),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

async function gitAccess(clients: Clients, { connectionId, publicKey }: GitAccessRequest): Promise<GitAccessAnswer> {
  const { token } = await clients.ofConnection(connectionId);
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
