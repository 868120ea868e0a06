import { expect, it } from 'vitest';
import { resumePrompt, systemPrompt, withDocuments } from './index.ts';

it('brings approved documents along, cut when they are long', () => {
  const documents = [{ path: 'PLAN.md', content: `# Plan\n${'x'.repeat(40_000)}` }];
  const text = withDocuments('Phase: design (round 1)', documents);
  expect(text).toContain('Phase: design (round 1)\n\nDocument PLAN.md:\n<document>\n# Plan');
  expect(text).toContain('[cut here: the document goes on; ask for the rest when you need it]');
  expect(text.length).toBeLessThan(32_000);
});

it('a resumed session is told what happened and gets what it missed', () => {
  const text = resumePrompt({
    reason: 'the server was restarted',
    phase: { name: 'plan', round: 1 },
    messages: ['Use Postgres.'],
  });
  expect(text).toMatch(/^You were interrupted\./);
  expect(text.endsWith('Use Postgres.')).toBe(true);
});

it('names the branch and the check command to the agent', () => {
  const text = systemPrompt({
    instanceName: 'work-7-a1',
    kind: 'coding',
    branch: 'codex/work-7-a1',
    baseBranch: 'main',
    checkCommand: 'npm test',
  });
  expect(text).toContain('codex/work-7-a1');
  expect(text).toContain('`npm test`');
});
