import type { ThreadEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, expect, it } from 'vitest';
import { CODER, REVIEW, TASK } from '../spec/samples.ts';
import { evolveThread, initialThread, threadDecider } from './index.ts';

const given = specFor(threadDecider);
const lines = { path: 'a.ts', side: 'new' as const, startLine: 3, endLine: 4 };
const data = {
  ...{ taskId: TASK, reviewId: REVIEW, phase: 'develop', instanceId: CODER, round: 1 },
  ...{ branch: 'codex/1', headSha: 'b'.repeat(40), lines, quote: 'x\ny', body: 'Why?', by: 'ada' },
};
const opened: ThreadEvent = { type: 'ThreadOpened', data };
const resolved: ThreadEvent = { type: 'ThreadResolved', data: { taskId: TASK } };
const unresolved: ThreadEvent = { type: 'ThreadUnresolved', data: { taskId: TASK } };
const reply = { replyId: '01jd0000000000000000000009', body: 'Because.', verdict: 'objection' as const };
const replied: ThreadEvent = { type: 'ThreadReplied', data: { taskId: TASK, ...reply } };

function moved(round: number, startLine: number | null): ThreadEvent {
  const place = startLine === null ? null : { ...lines, startLine, touched: false };
  return { type: 'ThreadMoved', data: { taskId: TASK, round, headSha: 'c'.repeat(40), place } };
}

describe('a thread', () => {
  it('opens once, and nobody speaks in one that is not there', () => {
    given([])
      .when({ type: 'OpenThread', ...data })
      .then([opened]);
    given([opened])
      .when({ type: 'OpenThread', ...data })
      .thenNothing();
    given([]).when({ type: 'ResolveThread' }).refusedWith('THREAD_NOT_FOUND');
    given([])
      .when({ type: 'ReplyToThread', ...reply })
      .refusedWith('THREAD_NOT_FOUND');
  });

  it('takes each reply once, also when it is resolved, which it stays', () => {
    given([opened])
      .when({ type: 'ReplyToThread', ...reply })
      .then([replied]);
    given([opened, replied])
      .when({ type: 'ReplyToThread', ...reply })
      .thenNothing();
    given([opened, resolved])
      .when({ type: 'ReplyToThread', ...reply })
      .then([replied]);
    expect([opened, resolved, replied].reduce(evolveThread, initialThread).status).toBe('resolved');
  });

  it('is resolved and opened again, each only when it is not so already', () => {
    given([opened]).when({ type: 'ResolveThread' }).then([resolved]);
    given([opened, resolved]).when({ type: 'ResolveThread' }).thenNothing();
    given([opened, resolved]).when({ type: 'UnresolveThread' }).then([unresolved]);
    given([opened]).when({ type: 'UnresolveThread' }).thenNothing();
  });

  it('is carried over to each later round once, and never back', () => {
    const { taskId: _taskId, ...second } = (moved(2, 9) as Extract<ThreadEvent, { type: 'ThreadMoved' }>).data;
    given([opened])
      .when({ type: 'MoveThread', ...second })
      .then([moved(2, 9)]);
    given([opened, moved(2, 9)])
      .when({ type: 'MoveThread', ...second })
      .thenNothing();
    given([opened, moved(3, null)])
      .when({ type: 'MoveThread', ...second })
      .thenNothing();
    given([opened])
      .when({ type: 'MoveThread', ...second, round: 1 })
      .thenNothing();
  });

  it('knows where its lines are: where it began, where they went, or nowhere', () => {
    const placeAfter = (...events: ThreadEvent[]) => {
      const state = events.reduce(evolveThread, initialThread);
      return state.status === 'none' ? undefined : state.place;
    };
    expect(placeAfter(opened)).toEqual({ ...lines, touched: false });
    expect(placeAfter(opened, moved(2, 9))).toMatchObject({ startLine: 9 });
    expect(placeAfter(opened, moved(2, 9), moved(3, null))).toBeNull();
  });
});
