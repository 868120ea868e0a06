import { z } from 'zod';
import { Id } from '../../ids.ts';
import { Evidence } from '../../task/events.ts';
import { AttemptStatus, CheckVerdict, PhaseStatus } from '../../task/phase.ts';
import { GateRule, PhaseDefinition } from '../../task/workflow.ts';

const at = z.iso.datetime();

/** One agent's try at a phase; what it costs stands with its instance. */
export const AttemptView = z.object({
  instanceId: Id,
  number: z.number(),
  status: AttemptStatus,
  round: z.number(),
  roundLimit: z.number(),
  reviewId: Id.nullable(),
  headSha: z.string().nullable(),
  /** Of the work it handed over last; null before that. */
  evidence: Evidence.nullable(),
  check: CheckVerdict.nullable(),
});
export type AttemptView = z.infer<typeof AttemptView>;

/** A phase, and how far the attempt is that leads it. */
export const PhaseView = PhaseDefinition.pick({ name: true, title: true, kind: true }).extend({
  /** `person`: stops for a review by people. `gateRules` says all it asks for. */
  gate: z.enum(['person', 'none']),
  gateRules: z.array(GateRule),
  /** How many agents try it beside each other. */
  attemptsWanted: z.number(),
  /** The rounds that each attempt begins with. */
  maxRounds: z.number(),
  /** In the order of their start. */
  attempts: z.array(AttemptView),
  /** The instance whose work is kept. */
  chosen: Id.nullable(),
  status: PhaseStatus,
  round: z.number(),
  /** After so many rounds a person decides how to go on. */
  roundLimit: z.number(),
  instanceId: Id.nullable(),
  reviewId: Id.nullable(),
  summary: z.string().nullable(),
  startedAt: at.nullable(),
  endedAt: at.nullable(),
});
export type PhaseView = z.infer<typeof PhaseView>;
