import { DependencyType, dependencyNameProblem, streamOf } from '@claude-codex/contracts';
import { dependencyDecider } from '@claude-codex/domain';
import { handleCommand, loadState } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit';
import { rememberedValue } from '@claude-codex/service-kit/secrets/remembered-value';
import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import type { ToolContext } from '../calls/tool.ts';
import { EVERY_KIND } from '../calls/tool.ts';
import { longText } from './limits.ts';
import { waitForPerson } from './wait-for-person.ts';

export const requestDependency = defineTool({
  name: 'request_dependency',
  description:
    'Ask the team for a value you lack, such as an API key, and wait for it. You never see the value: it becomes an environment variable of your shell. Never ask for secrets in a question.',
  kinds: EVERY_KIND,
  inputSchema: z.object({
    type: DependencyType,
    name: z
      .string()
      .check(({ value, issues }) => {
        const problem = dependencyNameProblem(value);
        if (problem !== null) issues.push({ code: 'custom', message: problem, input: value });
      })
      .describe('Name of the environment variable the value will be in'),
    description: longText.describe('What it is, what you need it for, and where a person finds it'),
    required: z.boolean().default(true).describe('Whether the task cannot be done without it'),
  }),
  async handler(context, { type, name, description, required }) {
    const { identity, instance, commandId, store, bus } = context;
    const { taskId, instanceId } = identity;
    const stream = streamOf('dependency', idFrom('dependency', instanceId, type, name));
    const remembered = await rememberedValue(bus, { instanceId, name });
    const asked = { taskId, instanceId, dependencyType: type, name, description, required, remembered };
    const command = { type: 'RequestDependency' as const, ...asked };
    const ask = () =>
      handleCommand(store, { commandId, meta: instance.meta, stream, decider: dependencyDecider, command });
    await context.asking.begin({ instanceId, instance }, stream, ask);
    const outcome = await waitForPerson(context, stream, () => outcomeNow(context, stream));
    return outcome ?? `Nobody has provided ${name} yet. End your turn now; you get a message when it is there.`;
  },
});

/** Provided counts once it is in the shell, which the manager says by recording the delivery. */
async function outcomeNow({ store }: ToolContext, stream: string): Promise<string | null> {
  const dependency = await loadState(store, stream, dependencyDecider);
  if (dependency.status === 'declined') {
    const reason = dependency.reason.trim() === '' ? 'no reason given' : dependency.reason;
    return `Declined: ${reason}. Find a way without it, or say what cannot be done.`;
  }
  if (dependency.status !== 'provided' || !dependency.delivered) return null;
  const { name } = dependency.requested;
  return `Provided: available as environment variable ${name} in your shell. Use it there; never print it or write it to a file.`;
}
