/**
 * Every service of a team installation, by the name of its folder, its container and its health on the bus
 * (`subjects.health`). What has to name them all (health, standalone, compose, secrets, rules) is held against this list by
 * `tools/services.test.ts`.
 */
export const SERVICES = [
  'gateway',
  'event-store',
  'projector',
  'orchestrator',
  'git',
  'agent-manager',
  'egress',
  'mcp',
  'github-sync',
  'health-checker',
] as const;
export type ServiceName = (typeof SERVICES)[number];
