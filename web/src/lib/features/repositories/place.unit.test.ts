import { expect, it } from 'vitest';
import { placeOf } from './place.ts';

const atForge = (url: string) =>
  placeOf({ kind: 'forge', provider: 'github', connectionId: 'c', slug: 'acme/app', url });

it('a repository at a forge is called as it is there, and leads there', () => {
  expect(atForge('https://github.com/acme/app.git')).toEqual({
    words: 'acme/app',
    href: 'https://github.com/acme/app',
  });
});

it('leads nowhere that is no page', () => {
  expect(atForge('javascript:alert(1)//.git').href).toBeNull();
  expect(placeOf({ kind: 'git', url: 'https://git.example.org/app.git' }).href).toBeNull();
});
