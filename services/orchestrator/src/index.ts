export { createOrchestratorApp, type OrchestratorDeps } from './app.ts';
export { OrchestratorEnv } from './config.ts';
