import { z } from 'zod';
import { RemoteForge, RepositorySlug } from './forge.ts';
import { Id } from './ids.ts';
import { ForgeRules } from './repository/forge-rules.ts';
import { ChangeSet } from './task/events.ts';

/** Bus requests to the service that speaks to a forge: `subjects.forge(provider)`. */

/** `secrets.forge-credential`, served by the gateway: a credential, sealed to the key made for this one request. */
export const ForgeCredentialRequest = z.object({ credentialId: Id, publicKey: z.base64() });
export type ForgeCredentialRequest = z.infer<typeof ForgeCredentialRequest>;
/** `sealed` is a libsodium sealed box (base64) to `publicKey`, around a `ForgeCredential` as JSON. */
export const ForgeCredentialAnswer = z.object({ sealed: z.base64() });
export type ForgeCredentialAnswer = z.infer<typeof ForgeCredentialAnswer>;

/** What a workspace acts with at a forge. Seen in the clear by the service that speaks to it and, for git, by the git service. */
export const ForgeCredential = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), token: z.string() }),
  /** A GitHub App of the workspace's own: tokens are made with it when they are needed, as narrow as the need. */
  z.object({
    kind: z.literal('app'),
    appId: z.number(),
    slug: z.string(),
    clientId: z.string(),
    /** PEM, as GitHub gives it (PKCS#1). */
    privateKey: z.string(),
    /** Null: it was made without a webhook. */
    webhookSecret: z.string().nullable(),
    /** Null until somebody installed it. */
    installationId: z.number().nullable(),
  }),
]);
export type ForgeCredential = z.infer<typeof ForgeCredential>;
export type AppCredential = Extract<ForgeCredential, { kind: 'app' }>;

/** An app as it is at the forge, beside what it acts as. */
export const ForgeApp = z.object({
  name: z.string(),
  /** Whose repositories it is installed on. */
  account: z.string(),
  /** What it would need and was not given, by the forge's names: `checks: read`. */
  missing: z.array(z.string()),
});
export type ForgeApp = z.infer<typeof ForgeApp>;

/** `secrets.forge-webhooks`, served by the gateway: what the apps of a forge sign their deliveries with. */
export const ForgeWebhooksRequest = z.object({ provider: RemoteForge, publicKey: z.base64() });
export type ForgeWebhooksRequest = z.infer<typeof ForgeWebhooksRequest>;
/** `sealed` is a sealed box (base64) to `publicKey`, around `ForgeWebhooks` as JSON. */
export const ForgeWebhooksAnswer = z.object({ sealed: z.base64() });
export const ForgeWebhooks = z.array(z.object({ appId: z.number(), credentialId: Id, secret: z.string() }));
export type ForgeWebhooks = z.infer<typeof ForgeWebhooks>;

/** Requests left until the forge takes no more, as it said last. */
export const ForgeBudget = z.object({
  limit: z.number(),
  remaining: z.number(),
  resetsAt: z.iso.datetime(),
});
export type ForgeBudget = z.infer<typeof ForgeBudget>;

/** `look`: may we act with this, and as whom? Asked before it is kept, and whenever a person wants to know. */
export const LookAtForgeRequest = z.object({ credentialId: Id });
export type LookAtForgeRequest = z.infer<typeof LookAtForgeRequest>;
export const LookAtForgeAnswer = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    login: z.string(),
    webUrl: z.string(),
    budget: ForgeBudget.nullable(),
    /** Null where it acts by a token. */
    app: ForgeApp.nullable().default(null),
  }),
  z.object({ ok: z.literal(false), code: z.string(), detail: z.string() }),
]);
export type LookAtForgeAnswer = z.infer<typeof LookAtForgeAnswer>;

/** A repository at a forge, as far as a person chooses by it. */
export const ForgeRepository = z.object({
  slug: RepositorySlug,
  /** What git takes, over https. */
  cloneUrl: z.string(),
  description: z.string(),
  defaultBranch: z.string(),
  private: z.boolean(),
  archived: z.boolean(),
  /** Branches can be pushed and changes opened with this credential. */
  canPush: z.boolean(),
  pushedAt: z.iso.datetime().nullable(),
  /** Null where the forge does not say. */
  rules: ForgeRules.nullable().default(null),
});
export type ForgeRepository = z.infer<typeof ForgeRepository>;

/** `repositories`: what the credential sees, the last pushed to first. */
export const ForgeRepositoriesRequest = z.object({ credentialId: Id, text: z.string().max(200) });
export type ForgeRepositoriesRequest = z.infer<typeof ForgeRepositoriesRequest>;
export const ForgeRepositoriesAnswer = z.object({
  repositories: z.array(ForgeRepository),
  /** There are more than are listed. */
  more: z.boolean(),
});
export type ForgeRepositoriesAnswer = z.infer<typeof ForgeRepositoriesAnswer>;

/** `repository`: one of them. */
export const ForgeRepositoryRequest = z.object({ credentialId: Id, slug: RepositorySlug });
export type ForgeRepositoryRequest = z.infer<typeof ForgeRepositoryRequest>;
export const ForgeRepositoryAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), repository: ForgeRepository }),
  z.object({ ok: z.literal(false), code: z.string(), detail: z.string() }),
]);
export type ForgeRepositoryAnswer = z.infer<typeof ForgeRepositoryAnswer>;

/** `git-access`: how git gets at a repository there, for this one use. Asked by the git service. */
export const GitAccessRequest = z.object({ connectionId: Id, slug: RepositorySlug, publicKey: z.base64() });
export type GitAccessRequest = z.infer<typeof GitAccessRequest>;
/** `sealed` is the password, sealed to `publicKey`. */
export const GitAccessAnswer = z.object({ user: z.string(), sealed: z.base64() });
export type GitAccessAnswer = z.infer<typeof GitAccessAnswer>;

/** `site`: where the forge's pages are. */
export const ForgeSiteRequest = z.object({});
export const ForgeSiteAnswer = z.object({ webUrl: z.string() });

/** `convert-app`: what a person made at the forge from our description, by the code the browser came back with. */
export const ConvertAppRequest = z.object({ code: z.string(), publicKey: z.base64() });
export type ConvertAppRequest = z.infer<typeof ConvertAppRequest>;
/** `sealed` is a sealed box (base64) to `publicKey`, around an `AppCredential` as JSON. A code is good once. */
export const ConvertAppAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), slug: z.string(), sealed: z.base64() }),
  z.object({ ok: z.literal(false), code: z.string(), detail: z.string() }),
]);
export type ConvertAppAnswer = z.infer<typeof ConvertAppAnswer>;

/** Bus request `git.push-branch`: a branch of ours is to be at the source as it is here. */
export const PushBranchRequest = z.object({ repositoryId: Id, branch: z.string(), headSha: z.string() });
export type PushBranchRequest = z.infer<typeof PushBranchRequest>;
export const PushBranchAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: z.string(), detail: z.string() }),
]);
export type PushBranchAnswer = z.infer<typeof PushBranchAnswer>;

/** Bus request `git.conflicts`: the files that would stand against each other if this were merged now. */
export const ConflictsRequest = z.object({ repositoryId: Id, baseBranch: z.string(), headSha: z.string() });
export type ConflictsRequest = z.infer<typeof ConflictsRequest>;
export const ConflictsAnswer = z.object({ conflicts: z.array(z.string()) });
export type ConflictsAnswer = z.infer<typeof ConflictsAnswer>;

/** Bus request `git.update-branch`: the base is brought into a branch of ours, here; pushing it is asked for apart. */
export const UpdateBranchRequest = z.object({
  repositoryId: Id,
  branch: z.string(),
  baseBranch: z.string(),
  headSha: z.string(),
  /** Who wished for it, and when (ISO 8601): the same again makes the same commit. */
  personId: z.string().nullable(),
  at: z.string(),
});
export type UpdateBranchRequest = z.infer<typeof UpdateBranchRequest>;
export const UpdateBranchAnswer = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), headSha: z.string(), changes: ChangeSet.nullable() }),
  z.object({ ok: z.literal(false), code: z.string(), detail: z.string(), conflicts: z.array(z.string()) }),
]);
export type UpdateBranchAnswer = z.infer<typeof UpdateBranchAnswer>;

/** Bus request `git.refresh`: the source is read now; gives what it holds, as `RepositoryMirrored` does. */
export const RefreshRequest = z.object({ repositoryId: Id });
export type RefreshRequest = z.infer<typeof RefreshRequest>;
export const RefreshAnswer = z.object({
  defaultBranch: z.string(),
  headSha: z.string(),
  branches: z.array(z.string()),
  shallow: z.boolean(),
});
export type RefreshAnswer = z.infer<typeof RefreshAnswer>;
