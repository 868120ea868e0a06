import { describe, expect, it } from 'vitest';
import { accessOf, checkPolicy, POLICY } from './policy.ts';

const all = Object.keys(POLICY).map((route) => {
  const [method = '', url = ''] = route.split(' ');
  return { method, url };
});

describe('policy', () => {
  it('refuses to start with a route it does not know, and with an entry that has no route', () => {
    expect(() => checkPolicy(all)).not.toThrow();
    expect(() => checkPolicy([...all, { method: 'POST', url: '/api/new' }])).toThrow('POST /api/new');
    expect(() => checkPolicy(all.slice(1))).toThrow(Object.keys(POLICY)[0]);
  });

  it('lets nobody in where it says nothing', () => {
    expect(accessOf('GET', '/api/secret-door')).toBeNull();
    expect(accessOf('HEAD', '/api/board')).toBe('viewer');
  });
});
