import { z } from 'zod';
import { DependencyType } from '../../dependency/events.ts';
import { Id } from '../../ids.ts';

const at = z.iso.datetime();

export const DependencyView = z.object({
  id: Id,
  taskId: Id,
  instanceId: Id,
  dependencyType: DependencyType,
  name: z.string(),
  description: z.string(),
  required: z.boolean(),
  status: z.enum(['open', 'provided', 'declined']),
  reason: z.string().nullable(),
  resolvedBy: z.string().nullable(),
  delivered: z.boolean(),
  requestedAt: at,
  resolvedAt: at.nullable(),
});
export type DependencyView = z.infer<typeof DependencyView>;
