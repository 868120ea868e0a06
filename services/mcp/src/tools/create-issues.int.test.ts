import { FOLLOW_THROUGH, streamOf } from '@claude-codex/contracts';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { newId } from '@claude-codex/service-kit';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { INSTANCE, Mcp, REPOSITORY, TASK } from '../mcp.fixture.ts';

const ISSUES = [
  { title: 'Read the setting', body: 'As planned.', labels: ['plan'] },
  { title: 'Greet by it', body: 'By the time of day.', depends_on: [1] },
];

let mcp: Mcp;
beforeEach(async () => {
  mcp = new Mcp();
  await mcp.start();
});
afterEach(() => mcp.stop());

async function connectRepository(): Promise<void> {
  const url = 'https://github.com/acme/app.git';
  const source = { kind: 'forge', provider: 'github', connectionId: newId(), slug: 'acme/app', url } as const;
  const checks = { baseBranch: null, checkCommand: null, requireGreen: false, defaultBranch: 'main' };
  const rest = { followThrough: FOLLOW_THROUGH, issues: ISSUE_SETTINGS, sendsThreads: false };
  const data = { name: 'app', source, ...checks, ...rest };
  await mcp.append(streamOf('repository', REPOSITORY), { type: 'RepositoryConnected', data });
}

it('is a proposal to the people of the team, once for the same list', async () => {
  await connectRepository();
  const client = await mcp.client();
  await client.listTools();
  const answer = await client.callTool({ name: 'create_issues', arguments: { issues: ISSUES } });
  expect(answer.structuredContent).toMatchObject({ proposed: 2 });
  await mcp.call(client, 'create_issues', { issues: ISSUES });
  const proposed = await mcp.eventsOf('IssuesProposed');
  expect(proposed).toMatchObject([
    {
      data: {
        ...{ taskId: TASK, repositoryId: REPOSITORY, instanceId: INSTANCE, phase: 'develop' },
        issues: [
          { title: 'Read the setting', labels: ['plan'], after: [] },
          { title: 'Greet by it', labels: [], after: [0] },
        ],
      },
      meta: { actor: { kind: 'instance', id: INSTANCE } },
    },
  ]);
  await mcp.call(client, 'create_issues', { issues: ISSUES.slice(0, 1) });
  expect(await mcp.eventsOf('IssuesProposed')).toHaveLength(2);
});

it('counts among what an agent may have open, whichever way it asks', async () => {
  await mcp.stop();
  mcp = new Mcp();
  await mcp.start({ rate: { burst: 100, perSecond: 100 } });
  await connectRepository();
  const client = await mcp.client();
  const codes: unknown[] = [];
  for (let nth = 0; nth < 21; nth += 1) {
    const issues = [{ title: `Issue ${nth}`, body: 'x' }];
    codes.push((await mcp.call(client, 'create_issues', { issues })).code);
  }
  expect(codes).toEqual([...Array.from({ length: 20 }, () => undefined), 'TOO_MANY_REQUESTS']);
  const [proposed] = await mcp.eventsOf('IssuesProposed');
  await mcp.append(proposed?.stream ?? '', { type: 'IssuesDeclined', data: { taskId: TASK, reason: '' } });
  expect((await mcp.call(client, 'create_issues', { issues: ISSUES })).isError).toBe(false);
});

it('refuses what could not be opened, before a person reads it', async () => {
  const client = await mcp.client();
  const codeOf = async (issues: object[]) => (await mcp.call(client, 'create_issues', { issues })).code;
  expect(await codeOf(ISSUES)).toBe('REPOSITORY_WITHOUT_ISSUES');
  await connectRepository();
  const one = { title: 'One', body: 'x' };
  expect(await codeOf([])).toBe('INVALID_FIELD');
  expect(await codeOf(Array.from({ length: 31 }, () => one))).toBe('INVALID_FIELD');
  expect(await codeOf(Array.from({ length: 4 }, () => ({ ...one, body: 'x'.repeat(19_000) })))).toBe('INVALID_FIELD');
  expect(await codeOf([{ ...one, depends_on: [1] }])).toBe('ISSUE_ORDER');
  expect(await codeOf([{ ...one, depends_on: [2] }, one])).toBe('ISSUE_ORDER');
  expect(await mcp.eventsOf('IssuesProposed')).toEqual([]);
});
