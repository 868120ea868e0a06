import { streamOf } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import { instanceDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import { EVERY_KIND } from '../calls/tool.ts';
import { longText } from './limits.ts';

/** The manager saves checkpoints by itself; the agent's part is to say where it stands. */
export const checkpoint = defineTool({
  name: 'checkpoint',
  description:
    'Note where you stand before something risky or long. Your session is kept anyway; commit first, so that your files are too.',
  kinds: EVERY_KIND,
  inputSchema: z.object({ note: longText.describe('Where you stand and what comes next') }),
  async handler({ identity, instance, commandId, store }, { note }) {
    await handleCommand(store, {
      commandId,
      meta: instance.meta,
      stream: streamOf('instance', identity.instanceId),
      decider: instanceDecider,
      command: { type: 'ReportProgress', step: 'Checkpoint', percent: null, note: cutText(note, 2_000) },
    });
    return 'Noted in the history. Your session is kept; what you committed is kept with it.';
  },
});
