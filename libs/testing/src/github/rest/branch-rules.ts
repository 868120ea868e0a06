import { ok, page } from '../http/answers.ts';
import { type Route, repositoryRoute } from '../http/routes.ts';

/** Rules of branches, as rulesets have them: those of `protections`, as if somebody had written them as rulesets. */
export const BRANCH_RULES_ROUTES: readonly Route[] = [
  repositoryRoute('repos/get-branch-rules', 'GET', '/rules/branches/{branch}', { permission: 'metadata' }, (call) => {
    const { repository, params } = call;
    const rules = repository.protections.get(params.branch ?? '');
    if (rules === undefined) return ok([]);
    const source = { ruleset_source_type: 'Repository', ruleset_source: repository.fullName, ruleset_id: 1 };
    const checks = {
      type: 'required_status_checks',
      parameters: {
        required_status_checks: rules.checks.map((context) => ({ context })),
        strict_required_status_checks_policy: rules.strict,
      },
    };
    const reviews = {
      type: 'pull_request',
      parameters: {
        dismiss_stale_reviews_on_push: false,
        require_code_owner_review: false,
        require_last_push_approval: false,
        required_approving_review_count: rules.approvals,
        required_review_thread_resolution: false,
      },
    };
    const queue = {
      type: 'merge_queue',
      parameters: {
        check_response_timeout_minutes: 60,
        grouping_strategy: 'ALLGREEN',
        max_entries_to_build: 5,
        max_entries_to_merge: 5,
        merge_method: 'SQUASH',
        min_entries_to_merge: 1,
        min_entries_to_merge_wait_minutes: 5,
      },
    };
    const all = [
      ...(rules.checks.length > 0 ? [checks] : []),
      ...(rules.approvals > 0 ? [reviews] : []),
      ...(rules.queue ? [queue] : []),
    ];
    return page(call, all, (rule) => ({ ...rule, ...source }));
  }),
];
