import { type EventData, INSTALLATION } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { workflowFor } from './phases.ts';
import { SYSTEM } from './streams.ts';
import { PEOPLE, type World } from './world.ts';

/** What a task needs around it: a workspace with people, a repository, services. */
export function foundWorkspace(world: World): void {
  const workspaceId = world.id();
  const where = { category: 'workspace' as const, id: workspaceId, workspaceId };
  world.workspaces.push(workspaceId);
  world.record(where, 'WorkspaceCreated', { name: 'Team' });
  for (const userId of PEOPLE) world.record(where, 'MemberJoined', { userId, role: 'editor' });
  connectRepository(world, workspaceId);
  registerService(world);
}

export function createTask(world: World): void {
  const { id: repositoryId, workspaceId } = world.pick(world.repositories);
  const id = world.id();
  const number = world.tasks.filter((task) => task.workspaceId === workspaceId).length + 1;
  const workflow = workflowFor(world);
  const counter = { category: 'counter' as const, id: workspaceId, workspaceId };
  world.record(counter, 'TaskNumberAssigned', { taskId: id, number });
  world.record({ category: 'task', id, workspaceId }, 'TaskCreated', {
    number,
    title: `Task ${number}`,
    description: 'Greet people by their name.',
    taskType: 'feature',
    priority: world.pick(['urgent', 'normal', 'low'] as const),
    labels: [],
    repositoryId,
    baseBranch: 'main',
    model: null,
    workflow,
    origin: originFor(number),
  });
  world.tasks.push({
    id,
    workspaceId,
    repositoryId,
    number,
    status: 'draft',
    phase: 0,
    workflow,
    round: 1,
    phaseStatus: 'running',
    instances: [],
    kept: false,
    beside: [],
    threads: [],
    review: null,
    questions: [],
    dependencies: [],
    pullRequest: null,
  });
}

/** Something that has nothing to do with tasks. */
export function changeSurroundings(world: World): void {
  const { id, workspaceId } = world.pick(world.repositories);
  const repository = { category: 'repository' as const, id, workspaceId };
  const workspace = { category: 'workspace' as const, id: workspaceId, workspaceId };
  const mirror = { defaultBranch: 'main', headSha: 'a'.repeat(40), branches: ['main', 'next'], shallow: false };
  const userId = world.pick(PEOPLE);
  const changes = [
    () => world.record(repository, 'RepositoryMirrored', mirror, SYSTEM),
    () => world.record(repository, 'RepositoryRefreshRequested', {}),
    () => world.record(repository, 'RepositoryRulesSeen', { mergeMethods: ['squash'], deletesBranch: true }, SYSTEM),
    () => world.record(repository, 'RepositoryUnavailable', { code: 'GIT_FAILED', detail: 'No answer.' }, SYSTEM),
    () =>
      world.record(repository, 'RepositoryConfigured', {
        name: 'api',
        baseBranch: 'next',
        checkCommand: null,
        requireGreen: true,
        followThrough: { automatic: false, rounds: 3 },
        issues: { comment: false, commands: 'members' },
        sendsThreads: false,
      }),
    () => world.record(workspace, 'MemberRoleChanged', { userId, role: world.pick(['owner', 'viewer'] as const) }),
    () => {
      world.record(workspace, 'MemberRemoved', { userId });
      if (world.choose(2) === 0) world.record(workspace, 'MemberJoined', { userId, role: 'viewer' });
      else if (world.choose(4) === 0) world.record(workspace, 'PersonForgotten', { userId });
    },
    () => world.record(workspace, 'UnsandboxedAgentsAllowed', { exposure: 'everything the account ada can read' }),
    () => world.record(workspace, 'UnsandboxedAgentsForbidden', {}),
    () => connectRepository(world, workspaceId),
    () => {
      if (world.repositories.length < 2) return;
      world.repositories.splice(
        world.repositories.findIndex((other) => other.id === id),
        1,
      );
      world.record(repository, 'RepositoryRemoved', {});
    },
    () => registerService(world),
    () => connectForge(world, workspaceId),
  ];
  world.pick(changes)();
}

/** Every third task was an issue before. */
function originFor(number: number): EventData<'TaskCreated'>['origin'] {
  if (number % 3 > 0) return null;
  const slug = 'acme/app';
  const issue = { number, title: `Issue ${number}`, url: `https://github.com/${slug}/issues/${number}` };
  return { kind: 'issue', provider: 'github', slug, ...issue };
}

function connectRepository(world: World, workspaceId: string): void {
  const id = world.id();
  world.repositories.push({ id, workspaceId });
  world.record({ category: 'repository', id, workspaceId }, 'RepositoryConnected', {
    name: 'sample',
    baseBranch: null,
    checkCommand: 'npm test',
    requireGreen: false,
    followThrough: FOLLOW_THROUGH,
    issues: ISSUE_SETTINGS,
    sendsThreads: true,
    source: { kind: 'sample' },
    defaultBranch: 'main',
  });
}

function connectForge(world: World, workspaceId: string): void {
  const where = { category: 'forge' as const, id: world.id(), workspaceId };
  const connection = { provider: 'github' as const, webUrl: 'https://github.com', login: 'team-bot' };
  world.record(where, 'ForgeConnected', { ...connection, credentialId: world.id() });
  if (world.choose(3) === 0) {
    world.record(where, 'ForgeCredentialRefused', { detail: 'Bad credentials' }, SYSTEM);
    world.record(where, 'ForgeCredentialAccepted', {}, SYSTEM);
  }
  if (world.choose(2) === 0) {
    world.record(where, 'ForgeLoginSeen', { login: 'grace' }, SYSTEM);
    world.record(where, 'ForgeLoginMapped', { login: 'grace', personId: world.pick([...PEOPLE, null]) });
    commandAtForge(world, workspaceId);
  }
  if (world.choose(2) === 0) world.record(where, 'ForgeDisconnected', {});
}

function commandAtForge(world: World, workspaceId: string): void {
  const where = { category: 'command' as const, id: world.id(), workspaceId };
  const number = 1 + world.choose(50);
  const url = `https://github.com/acme/app/issues/${number}#issuecomment-${number}`;
  const given = { provider: 'github' as const, repositoryId: world.id(), number, login: 'grace', url, taskId: null };
  const came = world.choose(2) === 0 ? { outcome: 'done' as const, detail: '' } : REFUSED;
  world.record(where, 'ForgeCommandGiven', { ...given, personId: null, verb: 'start', text: '', ...came }, SYSTEM);
}

const REFUSED = { outcome: 'refused' as const, detail: 'A task from this issue is under way already.' };

function registerService(world: World): void {
  const where = { category: 'service' as const, id: world.id(), workspaceId: INSTALLATION };
  const described = { name: 'Postgres', serviceType: 'database' as const, probe: 'postgres' as const };
  world.record(where, 'ServiceRegistered', { ...described, target: 'postgres', builtIn: true }, SYSTEM);
  const change = { status: 'connected' as const, previous: 'unknown' as const, latencyMs: 1.5, detail: 'answers' };
  if (world.choose(3) > 0) world.record(where, 'ServiceStatusChanged', change, SYSTEM);
  if (world.choose(3) === 0) world.record(where, 'ServiceRemoved', {}, SYSTEM);
}
