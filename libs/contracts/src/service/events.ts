import { z } from 'zod';

export const ServiceStatus = z.enum(['connected', 'warning', 'offline', 'unknown']);
export type ServiceStatus = z.infer<typeof ServiceStatus>;

export const serviceEvents = {
  ServiceRegistered: z.object({
    name: z.string(),
    serviceType: z.enum(['platform', 'database', 'api', 'tool']),
    probe: z.enum(['http', 'tcp', 'postgres', 'redis', 'nats', 'docker', 'bus']),
    target: z.string(),
    builtIn: z.boolean(),
  }),
  /** Only changes are events; single measurements are not. */
  ServiceStatusChanged: z.object({
    status: ServiceStatus,
    previous: ServiceStatus,
    latencyMs: z.number().nonnegative().nullable(),
    detail: z.string(),
  }),
  ServiceRemoved: z.object({}),
} as const;
