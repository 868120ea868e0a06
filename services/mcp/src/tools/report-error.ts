import { streamOf } from '@claude-codex/contracts';
import { instanceDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import { EVERY_KIND } from '../calls/tool.ts';
import { longText, shortText } from './limits.ts';

export const reportError = defineTool({
  name: 'report_error',
  description:
    'Tell the team about a problem you cannot solve yourself and that no question or dependency request would solve, such as a broken tool.',
  kinds: EVERY_KIND,
  inputSchema: z.object({
    type: shortText.describe('A short name for the kind of problem'),
    message: longText.describe('What happened, what you tried, what would help'),
  }),
  async handler({ identity, instance, commandId, store }, { type, message }) {
    await handleCommand(store, {
      commandId,
      meta: instance.meta,
      stream: streamOf('instance', identity.instanceId),
      decider: instanceDecider,
      command: { type: 'ReportError', errorType: type, message },
    });
    return 'The team sees the problem now. Go on with what you can do without it; otherwise end your turn.';
  },
});
