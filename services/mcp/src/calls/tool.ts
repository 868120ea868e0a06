import type { AgentKind } from '@claude-codex/contracts';
import type { EventStore } from '@claude-codex/eventing';
import type { Bus, InstanceIdentity } from '@claude-codex/service-kit';
import type { ToolAnnotations, Tool as ToolListing } from '@modelcontextprotocol/sdk/types.js';
import type { z } from 'zod';
import type { StreamWatch } from '../waiting/stream-watch.ts';
import type { Instances, LiveInstance } from './instances.ts';
import type { Asking } from './open-asks.ts';

/** What a tool's handler gets to know and may use. */
export interface ToolContext {
  identity: InstanceIdentity;
  instance: LiveInstance;
  /** The same for the same call sent again. */
  commandId: string;
  store: EventStore;
  bus: Bus;
  instances: Instances;
  watch: StreamWatch;
  asking: Asking;
  waitMs: number;
  /** Aborted when the agent went away or the service stops: whatever is found then reaches nobody. */
  signal: AbortSignal;
}

export interface Tool {
  name: string;
  description: string;
  kinds: readonly AgentKind[];
  /** JSON Schema of the arguments. */
  inputSchema: ToolListing['inputSchema'];
  /** JSON Schema of `structured`, where it has any. */
  outputSchema?: ToolListing['outputSchema'];
  annotations: ToolAnnotations;
  /** Checks the arguments, then runs; throws `ToolError` or what the domain throws. */
  run(context: ToolContext, args: unknown): Promise<ToolAnswer>;
}

/** `text` is for the agent to read; `structured` the same for a program, as `outputSchema` describes it. */
export interface ToolAnswer {
  readonly text: string;
  readonly structured?: Record<string, unknown>;
}

export interface ToolDefinition<Input extends z.ZodType> {
  name: string;
  description: string;
  kinds: readonly AgentKind[];
  inputSchema: Input;
  outputSchema?: z.ZodObject;
  annotations?: ToolAnnotations;
  /** A text alone is the whole answer. */
  handler(context: ToolContext, input: z.output<Input>): Promise<string | ToolAnswer>;
}

export const EVERY_KIND: readonly AgentKind[] = ['planning', 'coding', 'review', 'adhoc'];
/** Kinds that leave changes behind. */
export const WORKING_KINDS: readonly AgentKind[] = ['coding', 'adhoc'];
