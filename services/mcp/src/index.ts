export type { McpDeps } from './app.ts';
export { createMcpApp } from './app.ts';
export type { McpSettings } from './config.ts';
export { MCP_DEFAULTS } from './config.ts';
