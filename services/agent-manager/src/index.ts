export { type AgentManagerDeps, createAgentManagerApp } from './app.ts';
export { AgentManagerEnv, type AgentManagerSettings, AgentsEnv, agentManagerSettings } from './config.ts';
