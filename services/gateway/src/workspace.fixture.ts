import { streamOf } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain/workflows/built-in';
import { newId } from '@claude-codex/service-kit/ids';
import { hashToken } from './accounts/random-token.ts';
import { type Client, createClient } from './api-client.fixture.ts';
import { storedChange } from './changes/stored-change.fixture.ts';
import { OWNER, type TestGateway } from './gateway.fixture.ts';

/** A second workspace with its own owner, as a second team on the same server would have. */
export async function otherWorkspace(gateway: TestGateway): Promise<{ workspaceId: string; owner: Client }> {
  const workspaceId = newId();
  await append(gateway, workspaceId, streamOf('workspace', workspaceId), [
    { type: 'WorkspaceCreated', data: { name: 'Others' } },
  ]);
  const token = `invite-${workspaceId}`;
  await gateway.admin.query(
    `insert into accounts.invite (id, workspace_id, role, token_hash, created_by, expires_at)
     values ($1, $2, 'owner', $3, 'test', now() + interval '1 hour')`,
    [newId(), workspaceId, hashToken(token)],
  );
  const owner = createClient(gateway);
  const email = `${workspaceId}@example.org`;
  const answer = await owner.call('POST', '/api/invites/accept', {
    token,
    name: 'Otto',
    email,
    password: OWNER.password,
  });
  if (answer.status !== 201) throw new Error(`joining answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return { workspaceId, owner };
}

/** Appends what a service would; gives the last position. */
export async function append(
  { store }: Pick<TestGateway, 'store'>,
  workspaceId: string,
  stream: string,
  events: { type: string; data: unknown }[],
): Promise<number> {
  const result = await store.append({
    commandId: newId(),
    meta: {
      actor: { kind: 'system', id: 'test' },
      causedBy: null,
      correlationId: 'test',
      causationId: null,
      workspaceId,
    },
    writes: [{ stream, expectedVersion: 'any', events }],
  });
  if (result.status !== 'appended') throw new Error(`append: ${result.status}`);
  return result.lastPosition;
}

/** Ids of one of everything that a workspace can have. */
export interface Furnished {
  taskId: string;
  instanceId: string;
  repositoryId: string;
  questionId: string;
  dependencyId: string;
  reviewId: string;
  pullRequestId: string;
  commentId: string;
  threadId: string;
  proposalId: string;
  position: number;
}

/** Files of the change under review, and how many lines were added to each. */
export const LINES = { 'a.ts': 10, 'b.ts': 10, ' lead.txt': 2, 'caf\\xE9.txt': 3 };

/** A task in the middle of its work: a question, a dependency and a review are open, a pull request as well. */
export async function furnish(gateway: TestGateway, workspaceId: string, title = 'Add a greeting'): Promise<Furnished> {
  const [taskId, instanceId, repositoryId, questionId] = [newId(), newId(), newId(), newId()];
  const [dependencyId, reviewId, pullRequestId, commentId] = [newId(), newId(), newId(), newId()];
  const threadId = newId();
  const proposalId = newId();
  const add = (stream: string, ...events: { type: string; data: unknown }[]) =>
    append(gateway, workspaceId, stream, events);
  const workflow = BUILT_IN_WORKFLOWS.find(({ name }) => name === 'develop') ?? BUILT_IN_WORKFLOWS[0];
  const phase = workflow?.phases[0]?.name ?? 'develop';
  const number = Math.floor(Math.random() * 1_000_000) + 1;

  await add(
    streamOf('repository', repositoryId),
    {
      type: 'RepositoryConnected',
      data: {
        name: 'sample',
        source: { kind: 'sample' },
        baseBranch: null,
        checkCommand: null,
        requireGreen: false,
        followThrough: FOLLOW_THROUGH,
        sendsThreads: true,
        issues: ISSUE_SETTINGS,
        defaultBranch: 'main',
      },
    },
    {
      type: 'RepositoryMirrored',
      data: { defaultBranch: 'main', headSha: 'a'.repeat(40), branches: ['main'], shallow: false },
    },
  );
  await add(
    streamOf('task', taskId),
    {
      type: 'TaskCreated',
      data: {
        number,
        title,
        description: '',
        taskType: 'feature',
        priority: 'normal',
        labels: [],
        repositoryId,
        baseBranch: 'main',
        model: null,
        workflow,
        origin: null,
      },
    },
    { type: 'TaskQueued', data: {} },
    { type: 'AttemptStarted', data: { phase, round: 1, kind: 'coding', instanceId } },
  );
  await add(streamOf('instance', instanceId), {
    type: 'InstanceQueued',
    data: {
      name: `work-${number}-a1`,
      taskId,
      repositoryId,
      kind: 'coding',
      phase,
      attempt: 1,
      branch: 'codex/1',
      baseBranch: 'main',
      model: null,
    },
  });
  await add(streamOf('question', questionId), {
    type: 'QuestionAsked',
    data: {
      taskId,
      instanceId,
      category: 'technical',
      question: 'Which one?',
      options: [
        { label: 'A', description: '' },
        { label: 'B', description: '' },
      ],
      multi: false,
      defaultAnswer: null,
      timeoutSeconds: null,
    },
  });
  await add(streamOf('dependency', dependencyId), {
    type: 'DependencyRequested',
    data: { taskId, instanceId, dependencyType: 'api_key', name: 'GREETING_KEY', description: '', required: true },
  });
  const comment = { commentId, path: 'a.ts', side: 'new', startLine: 1, endLine: 1, quote: '', body: 'Why?' };
  await add(
    streamOf('review', reviewId),
    {
      type: 'ReviewCreated',
      data: {
        taskId,
        instanceId,
        phase,
        round: 1,
        subject: 'changes',
        summary: '',
        deliverables: [],
        changes: await storedChange(gateway.blobs, LINES),
        gate: workflow?.phases[0]?.gate,
      },
    },
    { type: 'ReviewCommented', data: { comment } },
  );
  // Of a round before: the comment of the review that is open is none yet.
  await add(streamOf('thread', threadId), {
    type: 'ThreadOpened',
    data: {
      ...{ taskId, reviewId, phase, instanceId, round: 1, branch: 'codex/1', headSha: 'b'.repeat(40) },
      lines: { path: 'a.ts', side: 'new', startLine: 2, endLine: 2 },
      ...{ quote: '', body: 'Why not a map?', by: 'test' },
    },
  });
  const proposed = { title: 'Greet in French', body: 'Bonjour.', labels: ['wish'], after: [] };
  await add(streamOf('proposal', proposalId), {
    type: 'IssuesProposed',
    data: { taskId, repositoryId, instanceId, phase, issues: [proposed, { ...proposed, after: [0] }] },
  });
  const position = await add(streamOf('pullrequest', pullRequestId), {
    type: 'PullRequestOpened',
    data: {
      taskId,
      repositoryId,
      provider: 'local',
      number: null,
      url: null,
      branch: 'codex/1',
      baseBranch: 'main',
      headSha: 'b'.repeat(40),
      title,
      body: '',
      draft: false,
    },
  });
  return {
    ...{ taskId, instanceId, repositoryId, questionId, dependencyId },
    ...{ reviewId, pullRequestId, commentId, threadId, proposalId, position },
  };
}

/** The work of a furnished task is handed over: the task knows its review, as it does of every real one. */
export async function handOver(
  gateway: Pick<TestGateway, 'store'>,
  workspaceId: string,
  { taskId, instanceId, reviewId }: Furnished,
): Promise<void> {
  const created = (await gateway.store.readStream(streamOf('review', reviewId)))[0];
  if (created?.type !== 'ReviewCreated') throw new Error('nothing to hand over');
  const { phase, round, summary, deliverables, changes } = created.data;
  const evidence = { toolCalls: 1, check: null, suspicious: false };
  const data = { phase, round, instanceId, summary, deliverables, changes, evidence, reviewId };
  await append(gateway, workspaceId, streamOf('task', taskId), [{ type: 'AttemptCompleted', data }]);
}
