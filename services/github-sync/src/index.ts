export { createGithubSyncApp, type GithubSyncDeps, type GithubSyncSettings } from './app.ts';
export { GithubSyncEnv, webhookSecrets } from './config.ts';
export { githubPullRequestId } from './pull-requests/pull-request-id.ts';
