import type { WorkerDocument } from '@claude-codex/contracts/worker/protocol';
import type { AgentSide } from '../agent-side/agent-side.ts';
import { reasonOf } from '../reason-of.ts';

/**
 * Puts the documents of a message into the agent's files, and gives the message as the agent reads it: one that could not
 * be put there is in the words, so that nothing a person wrote is lost to a full disk or a folder in its place.
 */
export async function handOut(
  side: Pick<AgentSide, 'putDocuments'>,
  { text, documents }: { text: string; documents: readonly WorkerDocument[] },
): Promise<string> {
  if (documents.length === 0) return text;
  const left = await side
    .putDocuments(documents)
    .catch((error: unknown) => documents.map(({ path }) => ({ path, problem: reasonOf(error) })));
  const problems = new Map(left.map(({ path, problem }) => [path, problem]));
  const inWords = documents.flatMap(({ path, base64 }) => {
    const problem = problems.get(path);
    return problem === undefined ? [] : [inMessage(path, problem, Buffer.from(base64, 'base64').toString('utf8'))];
  });
  return [text, ...inWords].join('\n\n');
}

function inMessage(path: string, problem: string, content: string): string {
  return `${path} could not be written as a file (${problem}). It holds:\n<document>\n${content.trimEnd()}\n</document>`;
}
