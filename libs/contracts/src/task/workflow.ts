import { z } from 'zod';
import { AgentKind } from '../worker/protocol.ts';

/**
 * What work has to have before its phase passes: approvals of so many people or agents, or its check. A gate without
 * rules is open.
 */
export const GateRule = z.object({
  by: z.enum(['person', 'agent', 'check']),
  /** How many different ones. */
  needed: z.number().int().positive(),
});
export type GateRule = z.infer<typeof GateRule>;

/** One step of a workflow: who does it, what it hands over, and what it has to have before it passes. */
export const PhaseDefinition = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/),
  title: z.string(),
  kind: AgentKind,
  /** What the agent is told to do in this phase. */
  instructions: z.string(),
  /** Files the agent must hand over, relative to the checkout. */
  deliverables: z.array(z.string()),
  /** How many agents try it beside each other; the work of one of them is kept. */
  attempts: z.number().int().min(1).max(8),
  gate: z.array(GateRule),
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
