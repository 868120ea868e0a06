import { newId } from '@claude-codex/service-kit/ids';
import type { Furnished } from './workspace.fixture.ts';

const NEEDED_QUERY: Readonly<Record<string, string>> = {
  documents: '?path=PLAN.md',
  'changes/file': '?path=a.ts',
  'changes/line': '?path=a.ts&line=0',
  'changes/image': '?path=a.ts&side=new',
};

/** The address of a route for one of everything; of nothing without `ids`. */
export function addressOf(pattern: string, ids: Furnished | null): string {
  const kinds: Record<string, string | undefined> = {
    tasks: ids?.taskId,
    reviews: ids?.reviewId,
    threads: ids?.threadId,
    'issue-proposals': ids?.proposalId,
    questions: ids?.questionId,
    dependencies: ids?.dependencyId,
    repositories: ids?.repositoryId,
    'pull-requests': ids?.pullRequestId,
    instances: ids?.instanceId,
  };
  const kind = pattern.split('/')[2] ?? '';
  const path = pattern
    .replace(':position', '1')
    .replace(':number', '1')
    .replace(':kind', 'attention')
    .replace(':provider', 'github')
    .replace(':login', 'grace')
    .replace(':id', kinds[kind] ?? newId())
    .replace(':instanceId', ids?.instanceId ?? newId())
    .replace(':commentId', ids?.commentId ?? newId())
    .replace(':blobId', 'a'.repeat(64));
  const query = kind === 'tasks' ? (NEEDED_QUERY[pattern.split('/').slice(4).join('/')] ?? '') : '';
  return path + query;
}

/** Something acceptable for every route that reads a body. `sealed`: a value sealed to the gateway's key. */
export function bodiesFor(sealed: string, ids: Furnished | null = null): Record<string, unknown> {
  return {
    'POST /api/tokens': { name: 'x' },
    'POST /api/password': { current: 'not my password', password: 'four words not together' },
    'PUT /api/preferences': {},
    'PATCH /api/members/:id': { role: 'viewer' },
    'POST /api/invites': { role: 'viewer' },
    'POST /api/tasks': { title: 'x', repositoryId: ids?.repositoryId ?? newId() },
    'PATCH /api/tasks/:id': { title: 'New title' },
    'POST /api/tasks/:id/cancel': { reason: '' },
    'POST /api/tasks/:id/messages': { text: 'x' },
    'POST /api/tasks/:id/rounds': { rounds: 1 },
    'POST /api/pull-requests/:id/send-back': { text: 'x' },
    'POST /api/reviews/:id/comments': { path: 'a.ts', startLine: 1, endLine: 1, body: 'x' },
    'PATCH /api/reviews/:id/comments/:commentId': { body: 'x' },
    'POST /api/threads/:id/replies': { body: 'x' },
    'PATCH /api/issue-proposals/:id/accept': { chosen: [0] },
    'PATCH /api/issue-proposals/:id/decline': {},
    'PUT /api/reviews/:id/files': { path: 'a.ts', contentHash: 'abc', reviewed: true },
    'PUT /api/reviews/:id/documents': { path: 'PLAN.md', content: 'x' },
    'PATCH /api/reviews/:id/approve': {},
    'PATCH /api/reviews/:id/request-changes': { summary: 'x' },
    'PATCH /api/reviews/:id/reject': { summary: 'x' },
    'POST /api/questions/:id/answer': { text: 'x' },
    'POST /api/dependencies/:id/provide': { sealed },
    'POST /api/dependencies/:id/decline': {},
    'POST /api/repositories': { source: { kind: 'sample' } },
    'PUT /api/forges/:provider': { sealed },
    'PUT /api/forges/:provider/logins/:login': { personId: null },
    'POST /api/forges/:provider/app': { name: 'Codex' },
    'POST /api/forges/:provider/app/code': { state: 'x', code: 'x' },
    'POST /api/forges/:provider/app/installation': { state: 'x', installationId: 1 },
    'PATCH /api/repositories/:id': { name: 'x', baseBranch: null, checkCommand: null },
    'POST /api/pull-requests/:id/merge': {},
    'POST /api/repositories/:id/issues/tasks': { numbers: [1] },
  };
}
