import { readDeliverable } from '../collect/deliverables.ts';
import { truncate } from '../journal/truncate.ts';

const FILES = ['CLAUDE.md', '.claude/CLAUDE.md', 'AGENTS.md'] as const;
const MAX_BYTES = 40 * 1024;

/**
 * Adds the project's own instructions to the manager's. Claude Code would read them together with the repository's
 * settings, whose hooks run code and whose environment can redirect the model; so its settings stay off and only the
 * words are taken.
 */
export async function buildSystemPrompt(systemPrompt: string, checkout: string): Promise<string> {
  for (const path of FILES) {
    const file = await readDeliverable(checkout, path);
    if (file === null || 'tooLarge' in file) continue;
    const { text } = truncate(file.bytes.toString('utf8'), MAX_BYTES);
    return `${systemPrompt}\n\n# Instructions of this repository (${path})\n\n${text}`;
  }
  return systemPrompt;
}
