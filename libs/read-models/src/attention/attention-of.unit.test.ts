import type { ReviewView, TaskView } from '@claude-codex/contracts';
import { describe, expect, it } from 'vitest';
import { attentionOf } from './attention-of.ts';

const review = (id: string, instanceId: string, additions: number, deletions: number) =>
  ({
    ...{ id, instanceId, phase: 'develop', round: 1, subject: 'changes', summary: '', status: 'open' },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', comments: [], changes: { additions, deletions, baseSha: 'b' } },
  }) as unknown as ReviewView;

describe('works of several agents that wait for a review', () => {
  it('each say how large they are, not what was handed over last', () => {
    const reviews = [review('a1', 'ada', 400, 20), review('b1', 'bob', 3, 0)];
    const view = {
      ...{ state: 'in_review', id: 't', workspaceId: 'w', number: 1, title: 'Greet', additions: 3, deletions: 0 },
      ...{
        questions: [],
        dependencies: [],
        issueProposals: [],
        instances: [],
        phaseDetails: [],
        pullRequest: null,
        held: null,
        standing: {},
      },
      reviews,
    } as unknown as TaskView;
    expect(attentionOf(view, 1).map((item) => [item.id, item.review?.lines])).toEqual([
      ['a1', { additions: 400, deletions: 20 }],
      ['b1', { additions: 3, deletions: 0 }],
    ]);
  });
});
