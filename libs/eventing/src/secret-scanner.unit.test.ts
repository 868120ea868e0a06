import { createHash, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryEventStore } from './memory-event-store.ts';
import { maskSecrets, maskText } from './secret-scanner.ts';
import { appendOf, fresh, testMeta } from './spec/append-request.ts';

/** Put together at run time, so that no scanner of repositories takes this file for a leak. */
const random = (count: number, alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789') =>
  Array.from(randomBytes(count), (byte) => alphabet[byte % alphabet.length]).join('');
const pem = (kind: string) => `-----BEGIN ${kind}-----\n${random(64)}\n${random(64)}\n-----END ${kind}-----`;
const jwt = () => ['{"alg":"HS256"}', '{"sub":"instance-1"}'].map((part) => Buffer.from(part).toString('base64url'));

const SECRETS: [string, () => string][] = [
  ['anthropic', () => `sk-ant-api03-${random(95)}`],
  ['openai', () => `sk-proj-${random(48)}`],
  ['openai', () => `sk-${random(48)}`],
  ['github', () => `ghp_${random(36)}`],
  ['github', () => `ghs_${random(36)}`],
  ['github', () => `github_pat_${random(22)}_${random(59)}`],
  ['gitlab', () => `glpat-${random(20)}`],
  ['aws', () => `AKIA${random(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`],
  ['slack', () => `xoxb-${random(12, '0123456789')}-${random(24)}`],
  ['google', () => `AIza${random(35)}`],
  ['stripe', () => `sk_live_${random(24)}`],
  ['npm', () => `npm_${random(36)}`],
  ['jwt', () => [...jwt(), random(43)].join('.')],
  ['private-key', () => pem('RSA PRIVATE KEY')],
  ['private-key', () => pem('OPENSSH PRIVATE KEY')],
  ['private-key', () => pem('PGP PRIVATE KEY BLOCK')],
];

describe('secret scanner', () => {
  it.each(SECRETS)('masks %s tokens wherever they stand in a text', (kind, make) => {
    for (let index = 0; index < 50; index += 1) {
      const secret = make();
      const text = maskText(`I ran it with "${secret}", and it worked.`);
      expect(text).toBe(`I ran it with "«redacted:${kind}»", and it worked.`);
    }
  });

  it.each([
    ['API_KEY=', ''],
    ['export DB_PASSWORD="', '"'],
    ['{"client_secret": "', '"}'],
    ['authToken: ', ''],
    ["aws_secret_access_key = '", "'"],
  ])('masks the value of an assignment: %s', (before, after) => {
    for (const value of [randomBytes(32).toString('hex'), `x7${random(40)}`, `9q+${random(30)}/=`]) {
      expect(maskText(`${before}${value}${after}`)).toBe(`${before}«redacted:assignment»${after}`);
    }
  });

  it('masks passwords in addresses and keeps the rest', () => {
    expect(maskText('psql postgres://codex:hunter2hunter2@db:5432/codex')).toBe(
      'psql postgres://codex:«redacted:url-password»@db:5432/codex',
    );
    expect(maskText(`git clone https://x-access-token:ghs_${random(36)}@github.com/a/b`)).not.toContain('ghs_');
  });

  it('masks by the name of a field too, at any depth', () => {
    const key = randomBytes(24).toString('hex');
    const value = { steps: [{ env: { STRIPE_API_KEY: key, PATH: '/usr/bin' } }], note: 'fine' };
    expect(maskSecrets(value)).toEqual({
      steps: [{ env: { STRIPE_API_KEY: '«redacted:assignment»', PATH: '/usr/bin' } }],
      note: 'fine',
    });
  });

  it('leaves commits, ids, checksums and code alone', () => {
    const sha = createHash('sha1').update('x').digest('hex');
    const digest = createHash('sha256').update('x');
    const base64 = createHash('sha512').update('x').digest('base64');
    for (const text of [
      `commit ${sha}`,
      `checked out ${sha.slice(0, 12)} of 01jd8q3v5x9m2n7p4r6s8t0w1y`,
      `secretId: 01jd8q3v5x9m2n7p4r6s8t0w1y`,
      `token=${randomUUID()}`,
      `request ${randomUUID()}`,
      `sha256 ${digest.copy().digest('hex')}`,
      `digest ${digest.digest('base64')}`,
      `"integrity": "sha512-${base64}"`,
      `token_hash = ${sha}`,
      'tokenCount: 123456789012345',
      'const token = process.env.GITHUB_TOKEN_FOR_CI1;',
      `password: \${DB_PASSWORD_OF_STAGE_2}`,
      'tokens: 1234567 of 200000000000',
      'task-01jd8q3v5x9m2n7p4r6s8t0w1y-implement-the-password-reset-page-2',
      'the risk-assessment-of-the-very-long-branch-name-number-12 was merged',
      'see https://github.com/acme/app/pull/12#discussion_r1234567890',
      'ssh://git@github.com:22/acme/app',
      '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQ\n-----END PUBLIC KEY-----',
      'the keyboard shortcut for tokens is documented in docs/keys.md',
      'import { parseToken2Value } from "./token-parser2/index.ts"',
    ]) {
      expect(maskText(text)).toBe(text);
    }
  });

  it('changes nothing twice, and nothing in plain words', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const once = maskText(text);
        expect(maskText(once)).toBe(once);
      }),
    );
    fc.assert(
      fc.property(fc.lorem({ maxCount: 30 }), (text) => {
        expect(maskText(text)).toBe(text);
      }),
    );
  });

  it('is fast on long text without secrets', () => {
    const text = 'a token of gratitude: key words and more of them; '.repeat(8_000);
    const before = performance.now();
    maskText(text);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it('masks what an agent writes on its way into the log, and nothing of what a person writes', async () => {
    const store = createMemoryEventStore();
    const secret = `ghp_${random(36)}`;
    const by = async (kind: 'instance' | 'person') => {
      const request = appendOf(fresh('task'), 0, [{ type: 'Noted', data: { text: `use ${secret}` } }]);
      await store.append({ ...request, meta: { ...testMeta, actor: { kind, id: 'one' } } });
    };
    await by('instance');
    await by('person');
    const events = await store.readAll({ after: 0, limit: 10 });
    expect(events.map(({ data }) => data)).toEqual([{ text: 'use «redacted:github»' }, { text: `use ${secret}` }]);
  });
});
