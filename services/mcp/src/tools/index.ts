import type { Tool } from '../calls/tool.ts';
import { answerThread } from './answer-thread.ts';
import { askQuestion } from './ask-question.ts';
import { checkpoint } from './checkpoint.ts';
import { completePhase } from './complete-phase.ts';
import { createIssues } from './create-issues.ts';
import { createPr } from './create-pr.ts';
import { readIssue } from './read-issue.ts';
import { reportError } from './report-error.ts';
import { reportProgress } from './report-progress.ts';
import { requestDependency } from './request-dependency.ts';
import { requestReview } from './request-review.ts';

/** Every tool of the house; which of them an agent is offered depends on its kind. */
export const TOOLS: readonly Tool[] = [
  reportProgress,
  completePhase,
  askQuestion,
  requestDependency,
  reportError,
  requestReview,
  createPr,
  checkpoint,
  answerThread,
  readIssue,
  createIssues,
];
