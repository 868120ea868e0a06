import type { GitAccessAnswer } from '@claude-codex/contracts';
import {
  ConvertAppRequest,
  ForgeIssueRequest,
  ForgeIssuesRequest,
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
import { createConditional } from '../api/conditional.ts';
import { webUrlOf } from '../api/web-url.ts';
import type { Clients } from '../connections/clients.ts';
import { convertApp } from './convert-app.ts';
import { issueOf } from './issue.ts';
import { listIssues } from './issues.ts';
import { lookAt } from './look.ts';
import { refusalOf } from './refusal.ts';
import { listRepositories, repositoryOf } from './repositories.ts';

const QUEUE = { queue: 'github-sync' };
/** Of issues; each may be as large as a page of them. */
const KEPT_ANSWERS = 200;
/** As GitHub documents it for every kind of token. */
const GIT_USER = 'x-access-token';

/** What other services ask about GitHub. */
export function serveRequests({ bus, clients, api }: { bus: Bus; clients: Clients; api: ApiSettings }): () => void {
  const subject = subjects.forge('github');
  const issues = { clients, ask: createConditional(KEPT_ANSWERS) };
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
    serveJson(bus, subject.issues, ForgeIssuesRequest, (body) => listIssues(issues, body), QUEUE),
    serveJson(bus, subject.issue, ForgeIssueRequest, (body) => issueOf(issues, body), QUEUE),
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
