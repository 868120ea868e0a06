import type { TaskView } from '@claude-codex/contracts';
import { endsHold } from '@claude-codex/domain/task-events/hold';
import type { TaskRelatedEvent } from '@claude-codex/domain/task-events/task-related';
import { fillDerived } from './derive-state.ts';
import { instanceFacts } from './instance-facts.ts';
import { issueProposalFacts } from './issue-proposal-facts.ts';
import { newTask } from './new-task.ts';
import { pullRequestFacts } from './pull-request-facts.ts';
import { dependencyFacts, questionFacts } from './request-facts.ts';
import { reviewFacts } from './review-facts.ts';
import { taskFacts } from './task-facts.ts';
import { threadFacts } from './thread-facts.ts';
import { usageFacts } from './usage-facts.ts';

const FACTS = {
  ...taskFacts,
  ...instanceFacts,
  ...questionFacts,
  ...dependencyFacts,
  ...reviewFacts,
  ...threadFacts,
  ...issueProposalFacts,
  ...pullRequestFacts,
  ...usageFacts,
};

/**
 * What is known of a task after one more of its events, whichever stream it is in. Pure: folding the events of a task
 * in order gives its page, now or as of any moment. Null: there is no such task, or it was deleted. The same object
 * back: the event changes nothing that is shown.
 */
export function foldTask(view: TaskView | null, event: TaskRelatedEvent): TaskView | null {
  if (event.type === 'TaskCreated') return view ?? fillDerived(newTask(event), null);
  if (view === null || event.type === 'TaskDeleted') return null;
  // Each fact takes the event of its own key, which the compiler cannot relate to a key it does not know.
  const fact = FACTS[event.type] as (view: TaskView, event: TaskRelatedEvent) => TaskView;
  const facts = goingOn(fact(view, event), event);
  if (facts === view) return view;
  // A fact that changes something gives an object of its own, which may be filled in where it is: copying a view once
  // more for every step took most of the time of a rebuild.
  if (!isUsage(event)) facts.updatedAt = event.at;
  facts.position = event.position;
  return fillDerived(facts, view);
}

/** Nothing holds a task back any more once it went on. */
function goingOn(view: TaskView, event: TaskRelatedEvent): TaskView {
  return view.held !== null && endsHold(view.held.cause, event) ? { ...view, held: null } : view;
}

/** Money trickles in with every model call; a board sorted by the last update must not dance to it. */
function isUsage({ type }: TaskRelatedEvent): boolean {
  return type in usageFacts;
}
