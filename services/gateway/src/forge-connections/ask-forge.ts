import {
  type ErrorCode,
  FORGES,
  ForgeIssueAnswer,
  type ForgeIssueRequest,
  ForgeIssuesAnswer,
  type ForgeIssuesRequest,
  ForgeRepositoriesAnswer,
  type ForgeRepository,
  ForgeRepositoryAnswer,
  type IssueDetail,
  type IssuesPage,
  LookAtForgeAnswer,
  type RemoteForge,
} from '@claude-codex/contracts';
import { HTTP_STATUS } from '@claude-codex/contracts/errors';
import { subjects } from '@claude-codex/contracts/subjects';
import { type Bus, BusNoResponder, BusRemoteError, BusTimeout } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { z } from 'zod';
import { problemOf } from '../commands/problems.ts';

/** A person waits in front of the page; a forge that takes longer is as good as silent. */
const TIMEOUT_MS = 20_000;

export type Look = Omit<Extract<LookAtForgeAnswer, { ok: true }>, 'ok'>;

/** Asks the services that speak to forges. Whatever is refused becomes a problem on `field`, where one is named. */
export interface AskForge {
  look(provider: RemoteForge, credentialId: string, field?: string): Promise<Look>;
  repositories(provider: RemoteForge, credentialId: string, text: string): Promise<ForgeRepositoriesAnswer>;
  repository(provider: RemoteForge, credentialId: string, slug: string, field: string): Promise<ForgeRepository>;
  issues(provider: RemoteForge, request: ForgeIssuesRequest): Promise<IssuesPage>;
  issue(provider: RemoteForge, request: ForgeIssueRequest): Promise<IssueDetail>;
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
    async look(provider, credentialId, field) {
      const answer = await ask(provider, subjects.forge(provider).look, { credentialId }, LookAtForgeAnswer);
      if (!answer.ok) throw refused(answer, field, `a token that ${FORGES[provider].title} accepts`);
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
