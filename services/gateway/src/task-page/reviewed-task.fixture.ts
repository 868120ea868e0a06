import { streamOf } from '@claude-codex/contracts';
import { withParallelAttempts, workflowNamed } from '@claude-codex/domain/workflows/built-in';
import { newId } from '@claude-codex/service-kit/ids';
import type { TestGateway } from '../gateway.fixture.ts';
import { append } from '../workspace.fixture.ts';

interface Size {
  attempts: number;
  rounds: number;
  comments: number;
}

const sha = (n: number) => n.toString(16).padStart(40, 'a');
const hash = (n: number) => n.toString(16).padStart(64, 'b');
const WORDS = 'The greeting is read from the settings, with a test for each of the languages it knows. ';

/** A task that so many agents try beside each other, each attempt reviewed in so many rounds with comments. Gives the newest attempt. */
export async function reviewedTask(
  gateway: TestGateway,
  workspaceId: string,
  { attempts, rounds, comments }: Size,
): Promise<{ taskId: string; instanceId: string; position: number }> {
  const [taskId, repositoryId] = [newId(), newId()];
  const named = workflowNamed('develop');
  if (named === null) throw new Error('the built-in workflow is gone');
  const workflow = withParallelAttempts(named, attempts);
  const phase = 'develop';
  const gate = workflow.phases[0]?.gate;
  const add = (stream: string, ...events: { type: string; data: unknown }[]) =>
    append(gateway, workspaceId, stream, events);
  const about = { taskType: 'feature', priority: 'normal', labels: ['greeting'], repositoryId, baseBranch: 'main' };
  await add(
    streamOf('task', taskId),
    {
      type: 'TaskCreated',
      data: {
        number: 1,
        title: 'Greet by name',
        description: WORDS.repeat(4),
        ...about,
        model: null,
        workflow,
        origin: null,
      },
    },
    { type: 'TaskQueued', data: {} },
  );
  let instanceId = newId();
  let position = 0;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    instanceId = newId();
    await add(streamOf('task', taskId), {
      type: 'AttemptStarted',
      data: { phase, round: 1, kind: 'coding', instanceId },
    });
    const branch = `codex/work-1-a${attempt}`;
    await add(streamOf('instance', instanceId), {
      type: 'InstanceQueued',
      data: {
        ...{ name: `work-1-a${attempt}`, taskId, repositoryId, kind: 'coding', phase, attempt, branch },
        ...{ baseBranch: 'main', model: null },
      },
    });
    for (let round = 1; round <= rounds; round += 1) {
      const at = attempt * 100 + round;
      const changes = {
        ...{ branch, baseSha: sha(1), headSha: sha(at), previousHeadSha: round === 1 ? null : sha(at - 1) },
        commits: [1, 2, 3].map((n) => ({
          sha: sha(at * 10 + n),
          subject: `Greeting, step ${n} of round ${round}`,
          authoredAt: '2026-11-20T09:00:00Z',
        })),
        ...{ filesChanged: 7, additions: 120, deletions: 30 },
        ...{ diffBlobId: hash(at), interdiffBlobId: round === 1 ? null : hash(at + 1000) },
      };
      const deliverables = [{ path: 'NOTES.md', blobId: hash(at), bytes: 900, sha256: hash(at) }];
      const reviewId = newId();
      const review = streamOf('review', reviewId);
      const summary = WORDS.repeat(3);
      await add(streamOf('task', taskId), {
        type: 'AttemptCompleted',
        data: {
          ...{ phase, round, instanceId, summary, deliverables, changes, reviewId },
          evidence: { toolCalls: 40, check: null, suspicious: false },
        },
      });
      const said = Array.from({ length: comments }, (_, n) => ({
        ...{ commentId: newId(), path: `src/greeting-${n}.ts`, side: 'new', startLine: n + 1, endLine: n + 3 },
        ...{ quote: WORDS, body: `${n}: ${WORDS}` },
      }));
      const created = { taskId, instanceId, phase, round, subject: 'changes', summary, deliverables, changes, gate };
      position = await add(
        review,
        { type: 'ReviewCreated', data: created },
        ...said.map((comment) => ({ type: 'ReviewCommented', data: { comment } })),
      );
      const isLast = attempt === attempts && round === rounds;
      if (isLast) break;
      position = await add(review, {
        type: 'ReviewChangesRequested',
        data: { summary: WORDS, comments: said },
      });
    }
  }
  return { taskId, instanceId, position };
}
