export { createGithubSyncApp, type GithubSyncDeps } from './app.ts';
export { GithubEnv, githubSyncSettings } from './config.ts';
