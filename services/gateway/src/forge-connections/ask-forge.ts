import {
  type AppCredential,
  ConvertAppAnswer,
  type ErrorCode,
  FORGES,
  ForgeCredential,
  ForgeIssueAnswer,
  type ForgeIssueRequest,
  ForgeIssuesAnswer,
  type ForgeIssuesRequest,
  ForgeRepositoriesAnswer,
  type ForgeRepository,
  ForgeRepositoryAnswer,
  ForgeSiteAnswer,
  type IssueDetail,
  type IssuesPage,
  LookAtForgeAnswer,
  type RemoteForge,
  ResyncAnswer,
  type ResyncRequest,
} from '@claude-codex/contracts';
import { HTTP_STATUS } from '@claude-codex/contracts/errors';
import { subjects } from '@claude-codex/contracts/subjects';
import { type Bus, BusNoResponder, BusRemoteError, BusTimeout } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { createSealedInbox } from '@claude-codex/service-kit/secrets/secret-box';
import type { z } from 'zod';
import { problemOf } from '../commands/problems.ts';

/** A person waits in front of the page; a forge that takes longer is as good as silent. */
const TIMEOUT_MS = 20_000;

export type Look = Omit<Extract<LookAtForgeAnswer, { ok: true }>, 'ok'>;

/** Asks the services that speak to forges. Whatever is refused becomes a problem on `field`, where one is named. */
export interface AskForge {
  look(provider: RemoteForge, credentialId: string, field?: string, expected?: string): Promise<Look>;
  repositories(provider: RemoteForge, credentialId: string, text: string): Promise<ForgeRepositoriesAnswer>;
  repository(provider: RemoteForge, credentialId: string, slug: string, field: string): Promise<ForgeRepository>;
  issues(provider: RemoteForge, request: ForgeIssuesRequest): Promise<IssuesPage>;
  issue(provider: RemoteForge, request: ForgeIssueRequest): Promise<IssueDetail>;
  /** Begins a round, or says how far the last one is. */
  resync(provider: RemoteForge, request: ResyncRequest): Promise<ResyncAnswer>;
  /** Where its pages are, without a slash at the end. */
  site(provider: RemoteForge): Promise<string>;
  /** The app a code stands for; each code is good once. */
  convertApp(
    provider: RemoteForge,
    code: string,
    field: string,
  ): Promise<{ readonly slug: string; readonly credential: AppCredential }>;
}

export function createAskForge(bus: Bus): AskForge {
  async function ask<Schema extends z.ZodType>(
    provider: RemoteForge,
    subject: string,
    body: unknown,
    schema: Schema,
  ): Promise<z.output<Schema>> {
    try {
      return await requestJson(bus, subject, body, schema, { timeoutMs: TIMEOUT_MS });
    } catch (error) {
      if (error instanceof BusTimeout || error instanceof BusNoResponder) throw silent(provider, error);
      if (error instanceof BusRemoteError && error.code.startsWith('FORGE_')) {
        throw refused({ code: error.code, detail: String(error.detail) });
      }
      throw problemOf(error);
    }
  }

  return {
    async look(provider, credentialId, field, expected = `a token that ${FORGES[provider].title} accepts`) {
      const answer = await ask(provider, subjects.forge(provider).look, { credentialId }, LookAtForgeAnswer);
      if (!answer.ok) throw refused(answer, field, expected);
      return answer;
    },
    repositories: (provider, credentialId, text) =>
      ask(provider, subjects.forge(provider).repositories, { credentialId, text }, ForgeRepositoriesAnswer),
    async repository(provider, credentialId, slug, field) {
      const { repository } = subjects.forge(provider);
      const answer = await ask(provider, repository, { credentialId, slug }, ForgeRepositoryAnswer);
      if (!answer.ok) throw refused(answer, field, 'a repository the connection of the workspace reaches');
      return answer.repository;
    },
    resync: (provider, request) => ask(provider, subjects.forge(provider).resync, request, ResyncAnswer),
    async site(provider) {
      return (await ask(provider, subjects.forge(provider).site, {}, ForgeSiteAnswer)).webUrl;
    },
    async convertApp(provider, code, field) {
      const inbox = await createSealedInbox();
      const body = { code, publicKey: inbox.publicKey };
      const answer = await ask(provider, subjects.forge(provider).convertApp, body, ConvertAppAnswer);
      if (!answer.ok) throw refused(answer, field, 'the code of an app that was just made');
      const credential = ForgeCredential.parse(JSON.parse(inbox.openSealed(answer.sealed)));
      if (credential.kind !== 'app') throw new Error('an app was to be made, and a token came');
      return { slug: answer.slug, credential };
    },
    async issues(provider, request) {
      const answer = await ask(provider, subjects.forge(provider).issues, request, ForgeIssuesAnswer);
      if (!answer.ok) throw refused(answer);
      const { issues, nextPage } = answer;
      return { issues, nextPage };
    },
    async issue(provider, request) {
      const answer = await ask(provider, subjects.forge(provider).issue, request, ForgeIssueAnswer);
      if (!answer.ok) throw refused(answer);
      return answer.issue;
    },
  };
}

function silent(provider: RemoteForge, cause: unknown): Problem {
  const detail = `The part of the server that speaks to ${FORGES[provider].title} does not answer. Try again.`;
  return new Problem('FORGE_UNREACHABLE', { detail, cause });
}

function refused({ code, detail }: { code: string; detail: string }, field?: string, expected = ''): Problem {
  const known = Object.hasOwn(HTTP_STATUS, code) ? (code as ErrorCode) : 'FORGE_CREDENTIAL_REFUSED';
  return new Problem(known, { detail, errors: field === undefined ? [] : [{ field, code: known, expected }] });
}
