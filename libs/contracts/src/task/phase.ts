import { z } from 'zod';

/** How far a phase of a task is. */
export const PhaseStatus = z.enum(['pending', 'running', 'in_review', 'approved', 'rework', 'exhausted']);
export type PhaseStatus = z.infer<typeof PhaseStatus>;

/** Whether the check command passed on the newest work; `not_run`: there is work, but nothing looked at it. */
export const CheckVerdict = z.enum(['passed', 'failed', 'not_run']);
export type CheckVerdict = z.infer<typeof CheckVerdict>;
