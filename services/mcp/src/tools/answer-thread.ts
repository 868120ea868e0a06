import { streamOf } from '@claude-codex/contracts';
import { ID_PATTERN } from '@claude-codex/contracts/id-pattern';
import { ThreadVerdict } from '@claude-codex/contracts/thread/events';
import { threadDecider } from '@claude-codex/domain';
import { handleCommand, loadState } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit';
import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import { WORKING_KINDS } from '../calls/tool.ts';
import { ToolError } from '../calls/tool-error.ts';
import { longText } from './limits.ts';

export const answerThread = defineTool({
  name: 'answer_thread',
  description:
    'Answer a thread of a review, named by its id in the feedback you got. Call it once for each thread, after you dealt with it and before you hand over.',
  kinds: WORKING_KINDS,
  inputSchema: z.object({
    thread: z.string().regex(ID_PATTERN).describe('The id behind "thread" in the feedback'),
    verdict: ThreadVerdict.describe(
      '"done": you did what it asks; "question": you need to know something; "objection": it should stay as it is, and why',
    ),
    text: longText.describe('What you did and where, what you ask, or why not'),
  }),
  async handler({ identity, instance, store }, { thread: id, verdict, text }) {
    const stream = streamOf('thread', id);
    const thread = await loadState(store, stream, threadDecider);
    if (thread.status === 'none' || thread.taskId !== identity.taskId) {
      throw new ToolError('THREAD_NOT_FOUND', 'Your task has no such thread', 'Take the id from the feedback you got.');
    }
    // An agent that was interrupted may not know that it answered. The same words in a later round are another answer.
    const answerId = idFrom('answer', identity.instanceId, id, thread.placedIn, verdict, text);
    await handleCommand(store, {
      commandId: answerId,
      meta: instance.meta,
      stream,
      decider: threadDecider,
      command: { type: 'ReplyToThread', replyId: answerId, body: text, verdict },
    });
    return 'Your answer stands in the thread. A person decides whether it is resolved.';
  },
});
