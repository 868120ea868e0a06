import { z } from 'zod';
import { mergePull, updateFromBase } from '../actions/merges.ts';
import { ok } from '../http/answers.ts';
import { type Route, repositoryRoute } from '../http/routes.ts';
import { pullUrl } from '../shapes/pull.ts';
import { pullOf } from './pulls.ts';

const Merge = z.object({
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
  sha: z.string().optional(),
  merge_method: z.enum(['merge', 'squash', 'rebase']).optional(),
});
const Update = z.object({ expected_head_sha: z.string().optional() });

export const MERGE_ROUTES: readonly Route[] = [
  repositoryRoute(
    'pulls/merge',
    'PUT',
    '/pulls/{pull_number}/merge',
    { permission: 'contents', role: 'write', body: Merge },
    async (call) => {
      const { world, repository, by, body } = call;
      const { merge_method: method, sha, commit_title: title, commit_message: message } = body;
      const merged = await mergePull(world, repository, pullOf(call), by, { method, sha, title, message });
      return ok({ sha: merged, merged: true, message: 'Pull Request successfully merged' });
    },
  ),

  repositoryRoute(
    'pulls/update-branch',
    'PUT',
    '/pulls/{pull_number}/update-branch',
    { permission: 'pull_requests', role: 'write', body: Update },
    async (call) => {
      const { world, repository, by, body } = call;
      const issue = pullOf(call);
      await updateFromBase(world, repository, issue, by, body.expected_head_sha);
      const url = pullUrl(world.at, repository, issue);
      return { status: 202, body: { message: 'Updating pull request branch.', url } };
    },
  ),
];
