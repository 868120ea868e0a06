import { z } from 'zod';
import { Id } from '../ids.ts';

export const DependencyType = z.enum(['api_key', 'env_variable', 'service', 'file', 'permission']);
export type DependencyType = z.infer<typeof DependencyType>;

/** The value itself is never in an event: `secretId` names its encrypted row. */
export const dependencyEvents = {
  DependencyRequested: z.object({
    taskId: Id,
    instanceId: Id,
    dependencyType: DependencyType,
    name: z.string(),
    description: z.string(),
    required: z.boolean(),
  }),
  DependencyProvided: z.object({ secretId: Id, remember: z.enum(['task', 'repository', 'workspace']) }),
  /** Nobody can open the value any more, because its row or the key is gone. The agent waits for it again. */
  DependencyValueLost: z.object({ secretId: Id }),
  DependencyDeclined: z.object({ reason: z.string() }),
  /** The running agent has it (or was told that it was declined). */
  DependencyDelivered: z.object({ epoch: z.number().int().positive() }),
} as const;
