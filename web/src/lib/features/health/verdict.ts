import type { HealthView, ProcessManagerHealth, ReadModelHealth } from '@claude-codex/contracts';
import { duration } from '#lib/format/time.ts';
import { PROBLEM, remedyOf, text, titleOf, WITHOUT } from './strings.ts';

export interface Finding {
  readonly tone: 'failed' | 'needs';
  readonly what: string;
  /** What it means, and what to do. */
  readonly advice: string;
}

export interface Verdict {
  readonly tone: 'done' | 'needs' | 'failed' | 'unknown';
  readonly title: string;
  readonly detail: string | null;
  readonly findings: readonly Finding[];
}

type Reader = ReadModelHealth | ProcessManagerHealth;
export type ReaderState = 'current' | 'catchingUp' | 'behind' | 'waiting' | 'paused';

const A_MOMENT_SECONDS = 3;
const TOO_LONG_SECONDS = 30;

/** How a reader of the log does. A lag of a moment is how it always is: nobody needs to hear of it. */
export function readerState({ status, lag, lagSeconds }: Reader): ReaderState {
  if (status === 'paused') return 'paused';
  if (status === 'waiting' && lag > 0) return 'waiting';
  if (lag === 0 || lagSeconds < A_MOMENT_SECONDS) return 'current';
  return lagSeconds < TOO_LONG_SECONDS ? 'catchingUp' : 'behind';
}

/** The whole page in a sentence: that all is well, or what is not, what it means and what to do; worst first. */
export function verdictOf(view: HealthView, standalone: boolean): Verdict {
  const findings = [...ofParts(view, standalone), ...ofReaders(view)].sort(
    (a, b) => Number(b.tone === 'failed') - Number(a.tone === 'failed'),
  );
  const failed = findings.filter(({ tone }) => tone === 'failed').length;
  if (failed > 0) return { tone: 'failed', title: text.broken(failed), detail: null, findings };
  if (findings.length > 0) return { tone: 'needs', title: text.watch(findings.length), detail: null, findings };
  const unchecked = view.parts.length === 0 || view.parts.some(({ status }) => status === 'unknown');
  if (unchecked) return { tone: 'unknown', title: text.notChecked, detail: text.noParts, findings };
  return { tone: 'done', title: text.works, detail: text.worksDetail(view.parts.length, view.log.head), findings };
}

function ofParts({ parts }: HealthView, standalone: boolean): Finding[] {
  const findings = parts.flatMap(({ name, status }): Finding[] => {
    if (status === 'warning') return [{ tone: 'needs', what: PROBLEM.slow(name), advice: PROBLEM.slowDo }];
    if (status !== 'offline') return [];
    const advice = [WITHOUT[name], remedyOf(name, standalone)].filter((words) => words !== undefined).join(' ');
    return [{ tone: 'failed', what: PROBLEM.offline(name), advice }];
  });
  const measured = parts.length === 0 || parts.some(({ measuredAt }) => measuredAt !== null);
  if (!measured) findings.push({ tone: 'failed', what: PROBLEM.unmeasured, advice: PROBLEM.unmeasuredDo });
  return findings;
}

function ofReaders({ readModels, processManagers }: HealthView): Finding[] {
  const findings = [...readModels, ...(processManagers ?? [])].flatMap(ofReader);
  for (const { name, rebuild } of readModels) {
    if (rebuild?.stopped == null) continue;
    findings.push({ tone: 'needs', what: PROBLEM.buildFailed(titleOf(name)), advice: PROBLEM.buildFailedDo });
  }
  if (processManagers === null) {
    findings.push({ tone: 'failed', what: PROBLEM.managersUnknown, advice: PROBLEM.managersUnknownDo });
  }
  return findings;
}

function ofReader(reader: Reader): Finding[] {
  const title = titleOf(reader.name);
  switch (readerState(reader)) {
    case 'current':
    case 'catchingUp':
      return [];
    case 'behind': {
      const what = PROBLEM.behind(title, duration(reader.lagSeconds * 1000));
      return [{ tone: 'needs', what, advice: PROBLEM.behindDo }];
    }
    case 'waiting':
      return [{ tone: 'failed', what: PROBLEM.idle(title), advice: PROBLEM.idleDo }];
    case 'paused':
      return reader.stopped?.kind === 'restored'
        ? [{ tone: 'failed', what: PROBLEM.stoppedRestored(title), advice: PROBLEM.restoredDo }]
        : [{ tone: 'failed', what: PROBLEM.stopped(title), advice: PROBLEM.stoppedDo }];
  }
}
