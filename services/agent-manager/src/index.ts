export { type AgentManagerApp, type AgentManagerDeps, createAgentManagerApp } from './app.ts';
export { AgentManagerEnv, type AgentManagerSettings, agentManagerSettings } from './config.ts';
