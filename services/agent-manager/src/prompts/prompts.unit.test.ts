import { describe, expect, it } from 'vitest';
import { feedbackText, phasePrompt, resumePrompt, systemPrompt } from './index.ts';

const phase = {
  name: 'plan',
  title: 'Plan',
  instructions: 'Write a plan.',
  deliverables: ['PLAN.md'],
  gate: 'person' as const,
  requiresChanges: false,
};

describe('phasePrompt', () => {
  it('opens with the phase and the task on lines of their own', () => {
    const text = phasePrompt({
      task: { number: 7, title: 'Greet\nvisitors', description: 'By the hour.' },
      phase,
      round: 2,
      documents: [],
    });
    expect(text.split('\n').slice(0, 2)).toEqual(['Phase: plan (round 2)', 'Task #7: Greet visitors']);
    expect(text).toContain('\nDeliverables: PLAN.md\n');
    expect(text).toContain('complete_phase with phase "plan"');
  });

  it('brings approved documents along, cut when they are long', () => {
    const documents = [{ path: 'PLAN.md', content: `# Plan\n${'x'.repeat(40_000)}` }];
    const text = phasePrompt({ task: { number: 1, title: 'T', description: '' }, phase, round: 1, documents });
    expect(text).toContain('Approved document PLAN.md:\n<document>\n# Plan');
    expect(text).toContain('[cut here: the rest is in the file]');
    expect(text.length).toBeLessThan(32_000);
  });

  it('asks for commits where the phase must leave changes', () => {
    const developing = { ...phase, name: 'develop', deliverables: [], requiresChanges: true };
    const text = phasePrompt({
      task: { number: 1, title: 'T', description: '' },
      phase: developing,
      round: 1,
      documents: [],
    });
    expect(text).toContain('Deliverables: commits on your branch');
  });
});

describe('feedbackText', () => {
  it('gives file, lines, words and the quoted hunk of each comment', () => {
    const comment = {
      path: 'src/a.ts',
      side: 'new' as const,
      startLine: 3,
      endLine: 4,
      quote: 'a\n\nb\n',
      body: 'Why?\nExplain.',
    };
    const text = feedbackText({ round: 2, summary: 'Nearly.', comments: [comment] });
    expect(text).toMatch(/^Changes were requested \(round 2\)\.\n\nNearly\./);
    expect(text).toContain('- src/a.ts:3-4 — Why?\n  Explain.\n  > a\n  >\n  > b');
  });

  it('needs no comment', () => {
    expect(feedbackText({ round: 1, summary: 'Shorter.', comments: [] })).toContain('Shorter.');
  });
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
