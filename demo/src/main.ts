import { startDemoModel } from './model-server.ts';

const port = Number(process.env.PORT ?? '8788');
if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stderr.write('PORT must be a port number, 0 to 65535\n');
  process.exit(2);
}
const model = await startDemoModel({
  port,
  host: process.env.HOST ?? '127.0.0.1',
  log: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(`scripted demo model on ${model.url}\n`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void model.close().then(() => process.exit(0)));
}
