import { expect, it } from 'vitest';
import { LONGEST_NAME, manifestOf, nameFor } from './manifest.ts';

it('has a webhook where the forge reaches this server', () => {
  expect(manifestOf('x', new URL('https://codex.example.com'))).toMatchObject({
    hook_attributes: { url: 'https://codex.example.com/webhooks/github' },
    default_events: expect.arrayContaining(['pull_request', 'check_run']),
  });
});

it.each([
  'http://codex.example.com',
  'https://localhost:8080',
  'https://10.0.0.7',
  'https://codex',
  'https://codex.internal',
  'https://[::1]',
])('has none at %s', (address) => {
  expect(manifestOf('x', new URL(address))).not.toHaveProperty('hook_attributes');
});

it('has a name as short as the forge takes it', () => {
  expect(nameFor(new URL('https://a-very-long-name-of-a-server.example.com'))).toHaveLength(LONGEST_NAME);
});
