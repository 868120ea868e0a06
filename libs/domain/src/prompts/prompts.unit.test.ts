import { describe, expect, it } from 'vitest';
import { feedbackText, phasePrompt } from './index.ts';

const phase = {
  name: 'plan',
  title: 'Plan',
  instructions: 'Write a plan.',
  deliverables: ['PLAN.md'],
  attempts: 1,
  gate: [{ by: 'person' as const, needed: 1 }],
  requiresChanges: false,
};

describe('phasePrompt', () => {
  it('opens with the phase and the task on lines of their own', () => {
    const text = phasePrompt({
      task: { number: 7, title: 'Greet\nvisitors', description: 'By the hour.' },
      phase,
      round: 2,
    });
    expect(text.split('\n').slice(0, 2)).toEqual(['Phase: plan (round 2)', 'Task #7: Greet visitors']);
    expect(text).toContain('\nDeliverables: PLAN.md\n');
    expect(text).toContain('complete_phase with phase "plan"');
  });

  it('asks for commits where the phase must leave changes', () => {
    const developing = { ...phase, name: 'develop', deliverables: [], requiresChanges: true };
    const text = phasePrompt({
      task: { number: 1, title: 'T', description: '' },
      phase: developing,
      round: 1,
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

  it('says which documents a person wrote anew', () => {
    const text = feedbackText({ round: 1, summary: '', comments: [], rewritten: ['PLAN.md'] });
    expect(text).toContain('A person wrote PLAN.md anew');
  });

  it('needs no comment', () => {
    expect(feedbackText({ round: 1, summary: 'Shorter.', comments: [] })).toContain('Shorter.');
  });
});
