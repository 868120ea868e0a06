import { streamOf } from '@claude-codex/contracts';
import { instanceDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import { EVERY_KIND } from '../calls/tool.ts';
import { shortText } from './limits.ts';

export const reportProgress = defineTool({
  name: 'report_progress',
  description:
    'Tell the team what you are doing now. Call it when you begin a new step of your work; it is shown live beside the task.',
  kinds: EVERY_KIND,
  inputSchema: z.object({
    step: shortText.describe('What you are doing, in a few words'),
    percent: z
      .number()
      .min(0)
      .max(100)
      .nullable()
      .default(null)
      .describe('How far the phase is, as far as you can tell'),
    note: z.string().trim().max(2_000).default('').describe('Anything worth knowing about this step'),
  }),
  async handler({ identity, instance, commandId, store }, { step, percent, note }) {
    await handleCommand(store, {
      commandId,
      meta: instance.meta,
      stream: streamOf('instance', identity.instanceId),
      decider: instanceDecider,
      command: { type: 'ReportProgress', step, percent, note },
    });
    return 'Noted.';
  },
});
