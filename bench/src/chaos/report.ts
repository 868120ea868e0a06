import { isSound, type Verdict } from './verdict.ts';

export interface ChaosRun {
  seconds: number;
  writers: number;
  seed: number;
  /** Load averages (1 min) of the machine before and after. */
  load: { before: number; after: number };
  processors: number;
}

/** A verdict as a page for people. */
export function chaosReport(run: ChaosRun, verdict: Verdict): string {
  const { damage, viewers, broken, notLookedAt, endedThemselves, followUps } = verdict;
  const sum = (pick: (viewer: Verdict['viewers'][number]) => number) =>
    viewers.reduce((total, viewer) => total + pick(viewer), 0);
  const list = (lines: readonly string[]) => (lines.length === 0 ? 'none' : lines.join('; '));
  const count = (number: number) => number.toLocaleString('en');
  const rows = Object.entries(damage).sort(([, a], [, b]) => b - a);
  const total = rows.reduce((all, [, times]) => all + times, 0);
  return `# Chaos run

Two event stores, a projector, a gateway, an orchestrator and a git service as processes on real Postgres, NATS and
Redis, ${run.writers} writers and ${viewers.length} browsers on the busiest tasks, while something is killed (SIGKILL) or frozen (SIGSTOP) at random every
second or two. What was acknowledged is kept outside and compared with the log at the end.

\`npm run chaos -- --seconds ${run.seconds} --writers ${run.writers} --seed ${run.seed}\`: ${run.processors} processors,
load average ${run.load.before.toFixed(1)} before and ${run.load.after.toFixed(1)} after.

**${isSound(verdict) ? 'Sound' : 'NOT SOUND'}.**

| | |
|---|---:|
| events in the log | ${count(verdict.events)} |
| acknowledged appends | ${count(verdict.acknowledged)} |
| answered with a conflict | ${count(verdict.conflicts)} |
| unknown outcomes, asked again until known | ${count(verdict.unknownOutcomes)} |
| acknowledged and lost | ${verdict.lost} |
| gaps in positions | ${verdict.gaps} |
| duplicates | ${verdict.duplicates} |
| out of order within a stream | ${verdict.reordered} |
| appended although a conflict was answered | ${verdict.despiteConflict} |
| events that a service had to act on (a task queued, a repository connected) | ${count(followUps.asked)} |
| nothing came of it | ${followUps.missing.length} |
| it was done twice | ${followUps.doubled.length} |
| events the browsers got | ${count(sum(({ events }) => events))} |
| connections they needed | ${count(sum(({ connections }) => connections))} |
| told to load anew (reset) | ${sum(({ resets }) => resets)} |
| events they missed | ${sum(({ missed }) => missed)} |
| events they got twice or out of order | ${sum(({ repeated }) => repeated)} |
| events that were not theirs | ${sum(({ foreign }) => foreign)} |

Services that ended although nobody killed them: ${list(Object.entries(endedThemselves).map(([name, times]) => `${name} ${times}×`))}.
Promises the doctor found broken (\`npm run doctor\`, read models compared with the fold of all events): ${list(broken)}.
Not looked at: ${list(notLookedAt)}.

| what was done | times |
|---|---:|
${rows.map(([name, times]) => `| ${name} | ${times} |`).join('\n')}
| **all** | **${total}** |
`;
}
