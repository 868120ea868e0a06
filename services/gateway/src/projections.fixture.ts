import {
  categoryOf,
  type InstanceView,
  idOf,
  type RecordedDomainEvent,
  type ReviewView,
  type TaskView,
} from '@claude-codex/contracts';
import { assembleTask, type TaskRow } from '@claude-codex/contracts/live/task-page';
import type { Projection } from '@claude-codex/eventing';
import { changedParts } from '@claude-codex/read-models/tasks/parts';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';

const NO_USAGE = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
  modelCalls: 0,
};

/**
 * A projector of a few lines for tests of the gateway: the right tables, positions and tombstones, with as little
 * meaning as the gateway needs. The real one has tests of its own.
 */
export function testProjections(): Projection<PgTx>[] {
  return [
    { name: 'tasks', version: 1, handle: (tx, events) => each(tx, events, projectTask) },
    { name: 'workspace', version: 1, handle: (tx, events) => each(tx, events, projectWorkspace) },
  ];
}

async function each(
  tx: PgTx,
  events: RecordedDomainEvent[],
  project: (tx: PgTx, event: RecordedDomainEvent) => Promise<void>,
): Promise<void> {
  for (const event of events) await project(tx, event);
}

async function projectTask(tx: PgTx, event: RecordedDomainEvent): Promise<void> {
  const taskId = await taskOf(tx, event);
  if (taskId === null) return;
  const { position, meta, stream } = event;
  await tx.query('insert into read.task_member values ($1, $2) on conflict do nothing', [stream, taskId]);
  await tx.query('insert into read.task_event values ($1, $2, $3)', [taskId, position, meta.workspaceId]);
  if (event.type === 'TaskCreated') await insertTask(tx, taskId, event);
  await tx.query('update read.task set position = $2, deleted = deleted or $3 where task_id = $1', [
    taskId,
    position,
    event.type === 'TaskDeleted',
  ]);
  await tx.query(
    `update read.task_row set position = $2, gone = case when $3 then 'task_removed' end, body = case when not $3 then body end
     where task_id = $1 and kind = 'task'`,
    [taskId, position, event.type === 'TaskDeleted'],
  );
  if (event.type === 'InstanceQueued') await insertInstance(tx, taskId, event);
  if (event.type === 'ReviewCreated') await addReview(tx, taskId, event);
  if (event.type === 'TaskCreated' || event.type === 'TaskDeleted') await countColumns(tx, meta.workspaceId);
}

async function taskOf(tx: PgTx, event: RecordedDomainEvent): Promise<string | null> {
  if (categoryOf(event.stream) === 'task') return idOf(event.stream);
  if (categoryOf(event.stream) === 'counter') return null;
  if ('taskId' in event.data && typeof event.data.taskId === 'string') return event.data.taskId;
  const { rows } = await tx.query('select task_id from read.task_member where stream = $1', [event.stream]);
  return (rows[0] as { task_id: string } | undefined)?.task_id ?? null;
}

async function insertTask(tx: PgTx, taskId: string, event: Extract<RecordedDomainEvent, { type: 'TaskCreated' }>) {
  const view = taskView(taskId, event);
  await tx.query(
    `insert into read.task (task_id, workspace_id, number, board_column, state, priority_rank, repository_id, title,
       search, created_at, updated_at, position)
     values ($1, $2, $3, 'queued', 'queued', 2, $4, $5, to_tsvector('simple', $5), $6, $6, $7)`,
    [taskId, view.workspaceId, view.number, view.repositoryId, view.title, event.at, event.position],
  );
  await writeParts(tx, null, view);
}

async function addReview(tx: PgTx, taskId: string, event: Extract<RecordedDomainEvent, { type: 'ReviewCreated' }>) {
  const nothingYet = {
    approvals: [],
    replaced: [],
    comments: [],
    reviewedFiles: [],
    decisionSummary: null,
    decidedBy: null,
  };
  const review: ReviewView = {
    id: idOf(event.stream),
    ...event.data,
    ...nothingYet,
    status: 'open',
    createdAt: event.at,
    decidedAt: null,
  };
  const before = await readTask(tx, taskId);
  await writeParts(tx, before, { ...before, reviews: [...before.reviews, review], position: event.position });
}

async function countColumns(tx: PgTx, workspaceId: string) {
  await tx.query('delete from read.column_count where workspace_id = $1', [workspaceId]);
  await tx.query(
    `insert into read.column_count select workspace_id, board_column, count(*) from read.task
     where workspace_id = $1 and not deleted group by workspace_id, board_column`,
    [workspaceId],
  );
}

async function insertInstance(
  tx: PgTx,
  taskId: string,
  event: Extract<RecordedDomainEvent, { type: 'InstanceQueued' }>,
) {
  const id = idOf(event.stream);
  const { workspaceId } = event.meta;
  const { name, kind, phase, attempt, branch, baseBranch, repositoryId, model } = event.data;
  const view: InstanceView = {
    ...{ id, taskId, workspaceId, repositoryId, name, kind, phase, attempt, branch, baseBranch, model },
    state: 'queued',
    epoch: 0,
    runtime: null,
    managerId: null,
    sessionId: null,
    program: null,
    activity: '',
    percent: null,
    queuedAt: event.at,
    startedAt: null,
    endedAt: null,
    pendingMessages: [],
    problem: null,
    usage: NO_USAGE,
  };
  const before = await readTask(tx, taskId);
  await writeParts(tx, before, { ...before, instances: [...before.instances, view], position: event.position });
}

async function readTask(tx: PgTx, taskId: string): Promise<TaskView> {
  const { rows } = await tx.query<TaskRow>(
    `select kind, body || jsonb_build_object('position', position) as body from read.task_row
     where task_id = $1 and gone is null`,
    [taskId],
  );
  const task = assembleTask(rows);
  if (task === null) throw new Error('no such task');
  return task;
}

/** Rows of a task as a test needs them, without the projector's fold. */
export async function writeParts(tx: PgTx, before: TaskView | null, after: TaskView): Promise<void> {
  for (const { of, id, body } of changedParts(before, after)) {
    await tx.query(
      `insert into read.task_row (kind, id, workspace_id, task_id, wide, body, position)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (task_id, kind, id) do update set body = excluded.body, position = excluded.position`,
      [of.kind, id, after.workspaceId, after.id, of.seenIn === 'workspace', body(), after.position],
    );
  }
}

async function projectWorkspace(tx: PgTx, event: RecordedDomainEvent): Promise<void> {
  await projectRepository(tx, event);
  await projectForge(tx, event);
}

async function projectForge(tx: PgTx, event: RecordedDomainEvent): Promise<void> {
  if (event.type !== 'ForgeConnected') return;
  const { provider, login, webUrl } = event.data;
  const id = idOf(event.stream);
  const view = {
    id,
    provider,
    title: 'GitHub',
    status: 'connected',
    login,
    webUrl,
    detail: null,
    connectedAt: event.at,
  };
  await tx.query(
    `insert into read.workspace_row (kind, id, workspace_id, wide, body, position) values ('forge', $1, $2, true, $3, $4)
     on conflict (task_id, kind, id) do update set body = excluded.body, position = excluded.position`,
    [id, event.meta.workspaceId, view, event.position],
  );
}

async function projectRepository(tx: PgTx, event: RecordedDomainEvent): Promise<void> {
  if (event.type !== 'RepositoryConnected') return;
  const { name, source, baseBranch, checkCommand, requireGreen, followThrough, ...rest } = event.data;
  const { issues, sendsThreads, defaultBranch } = rest;
  const id = idOf(event.stream);
  const { workspaceId } = event.meta;
  const view = {
    id,
    workspaceId,
    name,
    source,
    status: 'connecting',
    defaultBranch,
    baseBranch,
    headSha: null,
    branches: [],
    checkCommand,
    requireGreen,
    followThrough,
    issues,
    sendsThreads,
    forgeRules: null,
    problem: null,
    connectedAt: event.at,
    refreshedAt: null,
    position: event.position,
  };
  await tx.query(
    `insert into read.workspace_row (kind, id, workspace_id, wide, body, position) values ('repository', $1, $2, true, $3, $4)`,
    [id, workspaceId, view, event.position],
  );
}

function taskView(
  id: string,
  { data, meta, at, position }: Extract<RecordedDomainEvent, { type: 'TaskCreated' }>,
): TaskView {
  const { workflow, ...facts } = data;
  return {
    ...facts,
    id,
    workspaceId: meta.workspaceId,
    column: 'queued',
    state: 'queued',
    activity: 'Waits for its turn',
    instanceName: null,
    phases: [],
    nextAction: null,
    waitingItems: 0,
    published: null,
    standing: {
      check: null,
      exitCode: null,
      unsentComments: 0,
      openThreads: 0,
      atForge: null,
      judged: null,
      conflicts: [],
      baseSha: null,
      handedOverAt: null,
      draft: false,
    },
    additions: 0,
    deletions: 0,
    costUsd: 0,
    createdBy: meta.actor.id,
    createdAt: at,
    startedAt: null,
    endedAt: null,
    updatedAt: at,
    position,
    workflow: { name: workflow.name, title: workflow.title },
    currentPhase: null,
    phaseDetails: [],
    instances: [],
    questions: [],
    dependencies: [],
    reviews: [],
    threads: [],
    issueProposals: [],
    documents: [],
    changes: null,
    evidence: null,
    pullRequest: null,
    problem: null,
    held: null,
    usage: NO_USAGE,
  };
}
