export { createGithubSyncApp, type GithubSyncDeps } from './app.ts';
export { githubSyncSettings, SharedGithubEnv } from './config.ts';
