import { z } from 'zod';

/** The program that is an agent, as it named itself when its session began: `Claude Code`, `2.1.44`. */
export const AgentProgram = z.object({ name: z.string(), version: z.string() });
export type AgentProgram = z.infer<typeof AgentProgram>;

export const CLAUDE_CODE = 'Claude Code';

/** What earlier releases wrote down, which knew no other program. */
export function claudeCode(version: string): AgentProgram {
  return { name: CLAUDE_CODE, version };
}
