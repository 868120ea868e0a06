import { describe, expect, it } from 'vitest';
import { TrustedProxies } from './trusted-proxies.ts';

describe('CODEX_TRUST_PROXY', () => {
  it.each([
    [undefined, []],
    ['false', []],
    ['127.0.0.1', ['127.0.0.1']],
    ['loopback, 10.1.0.0/16 ,::1', ['loopback', '10.1.0.0/16', '::1']],
    ['fd00::/16', ['fd00::/16']],
  ])('%s is taken', (text, list) => expect(TrustedProxies.parse(text)).toEqual(list));

  it.each([
    'true',
    '*',
    'all',
    '0.0.0.0/0',
    '::/0',
    '0.0.0.0/1',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    'proxy.example.org',
    '10.0.0',
  ])('%s is refused: it would be everybody, or nobody we know', (text) =>
    expect(TrustedProxies.safeParse(text).error?.issues[0]?.message).toContain('must list the addresses'),
  );
});
