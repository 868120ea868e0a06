import { z } from 'zod';
import { AgentKind } from '../worker/protocol.ts';

/** One step of a workflow: who does it, what it hands over, and whether a person has to approve it. */
export const PhaseDefinition = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  title: z.string(),
  kind: AgentKind,
  /** What the agent is told to do in this phase. */
  instructions: z.string(),
  /** Files the agent must hand over, relative to the checkout. */
  deliverables: z.array(z.string()),
  /** `person`: stops for a review. `none`: goes on by itself. */
  gate: z.enum(['person', 'none']),
  /** Whether the phase must leave commits and a diff (T7). */
  requiresChanges: z.boolean(),
});
export type PhaseDefinition = z.infer<typeof PhaseDefinition>;

export const WorkflowDefinition = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  title: z.string(),
  description: z.string(),
  phases: z.array(PhaseDefinition).min(1),
  /** After so many rounds of one phase a person has to decide how to go on. */
  maxRounds: z.number().int().positive(),
});
export type WorkflowDefinition = z.infer<typeof WorkflowDefinition>;
