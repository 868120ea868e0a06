import type { AppEvent } from '@claude-codex/contracts/forge-app';
import { z } from 'zod';

/** What a delivery is about, as far as it can touch a pull request of ours. A hint: how things stand is asked of GitHub. */
export interface Hint {
  /** `owner/name`. */
  readonly repository: string;
  readonly numbers: readonly number[];
  readonly branches: readonly string[];
  /** Somebody said something below an issue or a pull request. */
  readonly isComment: boolean;
}

const inRepository = z.object({ repository: z.object({ full_name: z.string() }) });
const Numbered = z.object({ number: z.number() });
const OfPullRequest = inRepository.extend({ pull_request: Numbered });
/** `pull_requests` is empty for those of forks, and the branch is then the only sign. */
const run = z.object({ head_branch: z.string().nullish(), pull_requests: z.array(Numbered).nullish() });
const OfCheckRun = inRepository.extend({
  check_run: z.object({ check_suite: run.nullish(), pull_requests: z.array(Numbered).nullish() }),
});
const OfCheckSuite = inRepository.extend({ check_suite: run });
const OfWorkflowRun = inRepository.extend({ workflow_run: run });
const OfStatus = inRepository.extend({ branches: z.array(z.object({ name: z.string() })) });
const OfComment = inRepository.extend({ issue: Numbered.extend({ pull_request: z.object({}).loose().nullish() }) });
const OfPush = inRepository.extend({ ref: z.string() });

const BRANCH = /^refs\/heads\//;

type Read = (payload: unknown) => Hint | null;

/**
 * One line for each family of deliveries, by the name in `X-GitHub-Event`: those an app of ours asks for, and nothing
 * follows from any other one.
 */
const HINTS: Readonly<Record<AppEvent, Read>> = {
  pull_request: reading(OfPullRequest, ofPullRequest),
  pull_request_review: reading(OfPullRequest, ofPullRequest),
  pull_request_review_comment: reading(OfPullRequest, ofPullRequest),
  pull_request_review_thread: reading(OfPullRequest, ofPullRequest),
  check_run: reading(OfCheckRun, ({ check_run: { check_suite: suite, pull_requests: pulls } }) =>
    ofRun({ ...suite, pull_requests: pulls }),
  ),
  check_suite: reading(OfCheckSuite, ({ check_suite: suite }) => ofRun(suite)),
  workflow_run: reading(OfWorkflowRun, ({ workflow_run: workflow }) => ofRun(workflow)),
  status: reading(OfStatus, ({ branches }) => ({ numbers: [], branches: branches.map(({ name }) => name) })),
  issue_comment: reading(OfComment, ({ issue }) => ({
    numbers: issue.pull_request ? [issue.number] : [],
    branches: [],
    isComment: true,
  })),
  push: reading(OfPush, ({ ref }) => ({
    numbers: [],
    branches: BRANCH.test(ref) ? [ref.replace(BRANCH, '')] : [],
  })),
};

/** Null for a family that nothing follows from. */
export function hintReader(event: string): Read | null {
  return Object.hasOwn(HINTS, event) ? HINTS[event as AppEvent] : null;
}

type Places = Omit<Hint, 'repository' | 'isComment'> & Partial<Pick<Hint, 'isComment'>>;

/** Null for what is not as GitHub documents it. */
function reading<Payload extends { repository: { full_name: string } }>(
  schema: z.ZodType<Payload>,
  places: (payload: Payload) => Places,
): Read {
  return (payload) => {
    const parsed = schema.safeParse(payload);
    if (!parsed.success) return null;
    return { repository: parsed.data.repository.full_name, isComment: false, ...places(parsed.data) };
  };
}

function ofPullRequest({ pull_request: { number } }: z.infer<typeof OfPullRequest>): Places {
  return { numbers: [number], branches: [] };
}

function ofRun({ head_branch: branch, pull_requests: pulls }: z.infer<typeof run>): Places {
  return {
    numbers: (pulls ?? []).map(({ number }) => number),
    branches: branch === null || branch === undefined ? [] : [branch],
  };
}
