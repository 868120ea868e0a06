export type { EgressDeps } from './app.ts';
export { createEgressApp } from './app.ts';
export type { EgressLimits, EgressSettings, ModelProvider } from './config.ts';
export { EGRESS_LIMITS } from './config.ts';
