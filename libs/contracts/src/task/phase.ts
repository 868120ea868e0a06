import { z } from 'zod';

/** How far a phase of a task is. */
export const PhaseStatus = z.enum(['pending', 'running', 'in_review', 'approved', 'rework', 'exhausted']);
export type PhaseStatus = z.infer<typeof PhaseStatus>;

/** How far one attempt at a phase is; `set_aside`: another one's work is gone on with. */
export const AttemptStatus = z.enum(['running', 'in_review', 'rework', 'exhausted', 'approved', 'set_aside']);
export type AttemptStatus = z.infer<typeof AttemptStatus>;

/** Whether the check command passed on the newest work; `not_run`: there is work, but nothing looked at it. */
export const CheckVerdict = z.enum(['passed', 'failed', 'not_run']);
export type CheckVerdict = z.infer<typeof CheckVerdict>;
