import { expect, it } from 'vitest';
import { GithubSyncEnv } from './config.ts';

const apiOf = (GITHUB_API_URL?: string) =>
  GithubSyncEnv.safeParse({ NATS_URL: 'nats://bus:4222', CODEX_DATA_DIR: '/srv/codex', GITHUB_API_URL });
const refusedFor = (address: string) => apiOf(address).error?.issues.map(({ message }) => message);

it('asks GitHub itself, or the one it is told of', () => {
  expect(apiOf().data?.GITHUB_API_URL).toBe('https://api.github.com');
  expect(apiOf('https://github.example.com/api/v3/').data?.GITHUB_API_URL).toBe('https://github.example.com/api/v3');
});

it('sends no token where others read along', () => {
  expect(refusedFor('http://github.example.com/api/v3')).toEqual([
    'must be an https:// address: a token is sent there',
  ]);
  expect(apiOf('http://localhost:8080/api/v3').success).toBe(true);
  expect(refusedFor('github.example.com')).toEqual(['must be an http:// or https:// address']);
});
