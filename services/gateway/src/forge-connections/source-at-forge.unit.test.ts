import { describe, expect, it } from 'vitest';
import { slugAt } from './source-at-forge.ts';

describe('a repository at the forge', () => {
  it.each([
    'https://github.com/Acme/app',
    'https://github.com/Acme/app.git',
    'https://GitHub.com/Acme/app/',
    'git@github.com:Acme/app.git',
    'git@github.com:/Acme/app',
    'ssh://git@github.com/Acme/app.git',
    'ssh://git@GitHub.com:22/Acme/app',
  ])('is found in %s', (address) => expect(slugAt(address, 'https://github.com')).toBe('Acme/app'));

  it.each([
    'https://github.com.example.org/Acme/app',
    'https://gitlab.com/Acme/app',
    'git@gitlab.com:Acme/app.git',
    'https://github.com:8443/Acme/app',
    'https://github.com/Acme',
    'https://github.com/Acme/app/tree/main',
    'https://github.com/~acme/app',
  ])('is not %s', (address) => expect(slugAt(address, 'https://github.com')).toBeNull());

  it('is found on a port of its own, which ssh does not share', () => {
    expect(slugAt('https://localhost:3000/acme/app', 'https://localhost:3000')).toBe('acme/app');
    expect(slugAt('git@localhost:acme/app', 'https://localhost:3000')).toBe('acme/app');
  });
});
