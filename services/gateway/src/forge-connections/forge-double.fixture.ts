import {
  ForgeCredential,
  ForgeCredentialAnswer,
  ForgeRepositoriesRequest,
  type ForgeRepository,
  ForgeRepositoryRequest,
  LookAtForgeRequest,
} from '@claude-codex/contracts';
import { subjects } from '@claude-codex/contracts/subjects';
import type { Bus } from '@claude-codex/service-kit/bus';
import { requestJson, serveJson } from '@claude-codex/service-kit/bus-json';
import { createSealedInbox } from '@claude-codex/service-kit/secrets/secret-box';

export const GOOD_TOKEN = 'github_pat_good_0123456789';
export const BETTER_TOKEN = 'github_pat_better_0123456789';
export const BUDGET = { limit: 5_000, remaining: 4_990, resetsAt: '2026-11-30T10:00:00.000Z' };

const there = (slug: string, more: Partial<ForgeRepository> = {}): ForgeRepository => ({
  slug,
  cloneUrl: `https://github.com/${slug}.git`,
  description: `About ${slug}`,
  defaultBranch: 'main',
  private: false,
  archived: false,
  canPush: true,
  pushedAt: '2026-11-29T10:00:00.000Z',
  ...more,
});

export const REPOSITORIES = [
  there('Acme/App', { private: true }),
  there('acme/read-only', { canPush: false }),
  there('acme/old', { archived: true }),
];

/** What stands in for the service that speaks to GitHub. It fetches the credential as that one does. */
export interface ForgeDouble {
  /** Tokens it was asked to act with, in the order of the questions. */
  readonly tokens: string[];
  stop(): void;
}

export function serveForgeDouble(bus: Bus): ForgeDouble {
  const tokens: string[] = [];
  const { look, repositories, repository } = subjects.forge('github');

  async function credentialOf(credentialId: string): Promise<string> {
    const inbox = await createSealedInbox();
    const question = { credentialId, publicKey: inbox.publicKey };
    const subject = subjects.secrets.forgeCredential;
    const { sealed } = await requestJson(bus, subject, question, ForgeCredentialAnswer, { timeoutMs: 5_000 });
    const credential = ForgeCredential.parse(JSON.parse(inbox.openSealed(sealed)));
    const token = credential.kind === 'token' ? credential.token : credential.privateKey;
    tokens.push(token);
    return token;
  }

  const served = [
    serveJson(bus, look, LookAtForgeRequest, async ({ credentialId }) => {
      const token = await credentialOf(credentialId);
      const login = { [GOOD_TOKEN]: 'team-bot', [BETTER_TOKEN]: 'better-bot' }[token];
      return login === undefined
        ? { ok: false, code: 'FORGE_CREDENTIAL_REFUSED', detail: 'GitHub says: Bad credentials' }
        : { ok: true, login, webUrl: 'https://github.com', budget: BUDGET };
    }),
    serveJson(bus, repositories, ForgeRepositoriesRequest, async ({ credentialId, text }) => {
      await credentialOf(credentialId);
      return { repositories: REPOSITORIES.filter(({ slug }) => slug.includes(text)), more: false };
    }),
    serveJson(bus, repository, ForgeRepositoryRequest, async ({ credentialId, slug }) => {
      await credentialOf(credentialId);
      const found = REPOSITORIES.find((each) => each.slug.toLowerCase() === slug.toLowerCase());
      return found === undefined
        ? { ok: false, code: 'FORGE_REPOSITORY_HIDDEN', detail: `GitHub shows no ${slug} to this token.` }
        : { ok: true, repository: found };
    }),
  ];
  return {
    tokens,
    stop() {
      for (const stop of served) stop();
    },
  };
}
