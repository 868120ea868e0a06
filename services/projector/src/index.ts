export { createProjectorApp, type ProjectorApp, type ProjectorDeps } from './app.ts';
export { ProjectorEnv } from './config.ts';
