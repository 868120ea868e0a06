import { setTimeout as sleep } from 'node:timers/promises';
import { createGuessLimit } from '@claude-codex/gateway/accounts/guess-limit';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { type Comparison, peer, type Ran, timed } from '../comparison.ts';

const GUESSES = 300;
/** What checking a password takes. */
const VERIFY_MS = 20;

interface Fastify {
  register(plugin: unknown, options: unknown): Promise<void>;
  post(path: string, handler: (request: { body: { password: string } }, reply: Reply) => Promise<unknown>): void;
  inject(request: unknown): Promise<{ statusCode: number }>;
}
interface Reply {
  code(status: number): Reply;
  send(body: object): Reply;
}

/** 300 wrong passwords of one account at once, from behind the address its owner shares; then the owner, by a known device. */
export const guesses: Comparison = {
  title: '300 wrong passwords at once, then the right one from a known device: `@fastify/rate-limit` · our guess limit',
  ours: async () => {
    const limit = createGuessLimit({ now: Date.now });
    const run = createVerifier();
    const login = (password: string, device: string | null) =>
      limit.guess({ account: 'ada', address: '192.0.2.1', device }, async () => {
        if (!(await run.verify(password))) throw new Problem('CREDENTIALS_WRONG', { detail: 'wrong' });
        return true;
      });
    return attack(run, async (password, device) => (await login(password, device).catch(() => false)) === true);
  },
  library: async () => {
    const app = (peer('fastify') as () => Fastify)();
    await app.register(peer('@fastify/rate-limit'), {
      max: 5,
      timeWindow: 30_000,
      hook: 'preHandler',
      keyGenerator: () => 'ada',
    });
    const run = createVerifier();
    app.post('/login', async ({ body }, reply) => reply.code((await run.verify(body.password)) ? 200 : 401).send({}));
    return attack(run, async (password) => {
      const { statusCode } = await app.inject({ method: 'POST', url: '/login', payload: { password } });
      return statusCode === 200;
    });
  },
};

interface Verifier {
  verify(password: string): Promise<boolean>;
  verified(): number;
  mostAtOnce(): number;
}

function createVerifier(): Verifier {
  let verified = 0;
  let running = 0;
  let most = 0;
  return {
    async verify(password) {
      verified += 1;
      running += 1;
      most = Math.max(most, running);
      await sleep(VERIFY_MS);
      running -= 1;
      return password === 'right';
    },
    verified: () => verified,
    mostAtOnce: () => most,
  };
}

function attack(run: Verifier, login: (password: string, device: string | null) => Promise<boolean>): Promise<Ran> {
  return timed(async () => {
    await Promise.all(Array.from({ length: GUESSES }, (_, index) => login(`wrong ${index}`, null)));
    const owner = await login('right', 'known-device');
    return `${run.verified()} looked at, ${run.mostAtOnce()} at once; the owner ${owner ? 'gets in' : 'is locked out'}`;
  });
}
