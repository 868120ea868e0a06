export { createProjectorApp, type ProjectorDeps } from './app.ts';
export { ProjectorEnv } from './config.ts';
