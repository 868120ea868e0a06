import type { ThreadEvent } from '@claude-codex/contracts/events';
import type { ThreadStatus } from '@claude-codex/contracts/thread/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CODER, REVIEW, TASK } from '../spec/samples.ts';
import { evolveThread, initialThread, settling, type ThreadCommand, threadDecider } from './index.ts';

const given = specFor(threadDecider);
const data = {
  ...{ taskId: TASK, reviewId: REVIEW, phase: 'develop', instanceId: CODER, round: 1, branch: 'codex/1' },
  ...{ headSha: 'b'.repeat(40), lines: { path: 'a.ts', side: 'new' as const, startLine: 3, endLine: 4 } },
  ...{ quote: 'x\ny', body: 'Why?', by: 'github:grace' },
};
const link = {
  ...{ provider: 'github' as const, commentId: '7', url: 'https://x/7' },
  ...{ from: 'there' as const, login: 'grace', mayWrite: true },
};
const opened: ThreadEvent = { type: 'ThreadOpened', data };
const linked: ThreadEvent = { type: 'ThreadLinked', data: { taskId: TASK, replyId: null, link } };
const reply = { replyId: '01jd0000000000000000000009', body: 'Because.', verdict: null };
const replied: ThreadEvent = { type: 'ThreadReplied', data: { taskId: TASK, ...reply } };
const repliedThere: ThreadEvent = { type: 'ThreadLinked', data: { taskId: TASK, replyId: reply.replyId, link } };
const refused: ThreadEvent = { type: 'ThreadNotSent', data: { taskId: TASK, detail: 'Locked.', headSha: 'h' } };

describe('a thread at its forge', () => {
  it('that was begun there is known to stand there from the start, so that nobody sends it', () => {
    given([])
      .when({ type: 'HearThread', ...data, link })
      .then([opened, linked]);
    given([opened, linked])
      .when({ type: 'HearThread', ...data, link })
      .thenNothing();
    given([opened, linked]).when({ type: 'HearReply', reply, link }).then([replied, repliedThere]);
    given([opened, linked, replied, repliedThere]).when({ type: 'HearReply', reply, link }).thenNothing();
  });

  it('is linked once, whoever sent it, and a reply only when there is one', () => {
    given([opened]).when({ type: 'LinkThread', replyId: null, link }).then([linked]);
    given([opened, linked]).when({ type: 'LinkThread', replyId: null, link }).thenNothing();
    given([opened, replied]).when({ type: 'LinkThread', replyId: reply.replyId, link }).then([repliedThere]);
    given([opened]).when({ type: 'LinkThread', replyId: reply.replyId, link }).thenNothing();
  });

  it('that was not taken says so once, until something is said or asked for', () => {
    given([opened]).when({ type: 'RecordNotSent', detail: 'Locked.', headSha: 'h' }).then([refused]);
    given([opened, refused]).when({ type: 'RecordNotSent', detail: 'Locked.', headSha: 'h' }).thenNothing();
    given([opened]).when({ type: 'SendThread' }).thenNothing();
    const asked: ThreadEvent = { type: 'ThreadSendRequested', data: { taskId: TASK } };
    given([opened, refused]).when({ type: 'SendThread' }).then([asked]);
    for (const next of [asked, replied, linked]) {
      expect([opened, refused, next].reduce(evolveThread, initialThread)).toMatchObject({ notSent: null });
    }
  });

  it('is heard to be resolved together with that both sides say so', () => {
    const resolved: ThreadEvent = { type: 'ThreadResolved', data: { taskId: TASK } };
    const aligned: ThreadEvent = { type: 'ThreadAligned', data: { taskId: TASK, status: 'resolved' } };
    given([opened, linked]).when({ type: 'HearStatus', status: 'resolved' }).then([resolved, aligned]);
    given([opened, linked, resolved]).when({ type: 'HearStatus', status: 'resolved' }).then([aligned]);
    given([opened, linked, resolved, aligned]).when({ type: 'AlignThread', status: 'resolved' }).thenNothing();
  });
});

describe('whether a thread is settled', () => {
  /** What people do on either side, in any order, with looks between that may be killed after they wrote there. */
  const step = fc.oneof(
    fc.record({ kind: fc.constant('here' as const), status: fc.constantFrom<ThreadStatus>('open', 'resolved') }),
    fc.record({ kind: fc.constant('there' as const), status: fc.constantFrom<ThreadStatus>('open', 'resolved') }),
    fc.record({ kind: fc.constant('look' as const), isKilled: fc.boolean() }),
  );
  type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

  class Sides {
    events: ThreadEvent[] = [opened, linked];
    there: ThreadStatus = 'open';
    writes = 0;

    get here() {
      const state = this.events.reduce(evolveThread, initialThread);
      if (state.status === 'none') throw new Error('there is no thread');
      return state;
    }

    run(command: ThreadCommand): void {
      this.events.push(...threadDecider.decide(command, this.here));
    }

    look(isKilled: boolean): void {
      const { here, there } = this;
      const what = settling(here, there);
      if (what === 'hear') this.run({ type: 'HearStatus', status: there });
      if (what === 'note') this.run({ type: 'AlignThread', status: there });
      if (what !== 'tell') return;
      this.writes += 1;
      this.there = here.status;
      if (!isKilled) this.run({ type: 'AlignThread', status: here.status });
    }

    take(one: Step): void {
      if (one.kind === 'look') this.look(one.isKilled);
      else if (one.kind === 'there') this.there = one.status;
      else this.run({ type: one.status === 'resolved' ? 'ResolveThread' : 'UnresolveThread' });
    }
  }

  it('is the same on both sides after a look, and stays so without another word', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const sides = new Sides();
        for (const one of steps) sides.take(one);
        sides.look(false);
        expect(sides.there).toBe(sides.here.status);
        sides.look(false);
        const [events, writes] = [sides.events.length, sides.writes];
        sides.look(false);
        expect([sides.events.length, sides.writes]).toEqual([events, writes]);
      }),
    );
  });

  it('is what was said last, where one side spoke since both agreed', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 20 }),
        fc.constantFrom('here' as const, 'there' as const),
        fc.array(fc.constantFrom<ThreadStatus>('open', 'resolved'), { minLength: 1, maxLength: 5 }),
        (steps, kind, said) => {
          const sides = new Sides();
          for (const one of steps) sides.take(one);
          sides.look(false);
          sides.look(false);
          for (const status of said) sides.take({ kind, status });
          sides.look(false);
          expect([sides.here.status, sides.there]).toEqual([said.at(-1), said.at(-1)]);
        },
      ),
    );
  });
});
