export { createOrchestratorApp, type OrchestratorApp, type OrchestratorDeps } from './app.ts';
export { OrchestratorEnv } from './config.ts';
