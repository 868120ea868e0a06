export type { About } from './accounts/about.ts';
export { createGatewayApp, type GatewayApp, type GatewayOptions } from './app.ts';
export { type GatewaySettings, gatewaySettings } from './config.ts';
