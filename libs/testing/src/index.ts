export { agentImage, agentImageName, dockerEngine } from './docker.ts';
export { freePort } from './free-port.ts';
export { natsEngine, startTestNats, type TestNats } from './nats.ts';
export { startTestPostgres, type TestPostgres } from './postgres.ts';
export { silentLog } from './silent-log.ts';
export { describeWith, type Engine } from './skips.ts';
export { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';
export { type WaitOptions, waitFor } from './wait-for.ts';
