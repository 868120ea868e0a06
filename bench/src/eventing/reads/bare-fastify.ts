// The peer "a bare Fastify": answers every request with the bytes it was given, asks nobody who they are.
//   node bare-fastify.ts <file with the body> <content-encoding or nothing>
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Reply {
  header(name: string, value: string): Reply;
  send(body: Buffer): Reply;
}
interface Server {
  get(path: string, handler: (request: unknown, reply: Reply) => Reply): void;
  listen(where: { port: number; host: string }): Promise<string>;
}

const load = createRequire(join(import.meta.dirname, '..', '..', '..', 'peers', 'package.json'));
const fastify = load('fastify') as () => Server;
const [file = '', encoding = ''] = process.argv.slice(2);
const body = readFileSync(file);

const app = fastify();
app.get('/', (_request, reply) => {
  if (encoding !== '') reply.header('content-encoding', encoding);
  return reply.header('content-type', 'application/json; charset=utf-8').send(body);
});
process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
process.stdin.once('end', () => process.exit(0)).resume();
