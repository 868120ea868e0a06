import { createHash } from 'node:crypto';
import { cutText } from '@claude-codex/contracts/text';
import type { JournalEntry } from '@claude-codex/contracts/worker/protocol';
import { parse } from 'yaml';
import { z } from 'zod';
import { type BlockKind, createScanner, type Scanned } from './scan.ts';

export type TextBlock = Extract<JournalEntry, { type: 'text_block' }>;

export interface TextProtocol {
  /** Blocks that end in this text, each at most once a turn. */
  feed(text: string): TextBlock[];
  /** Ends the turn: blocks left open come out as malformed, and the same words may act again in the next turn. */
  endTurn(): TextBlock[];
}

const short = z.string().trim().min(1).max(4_000);
const option = z.union([
  z.object({ label: short, description: z.string().max(4_000).optional() }),
  z.union([short, z.number(), z.boolean()]).transform((label) => ({ label: String(label) })),
]);

/** Bodies carry what the tools of the same meaning take. */
const BODIES = {
  DEPENDENCY_REQUEST: z.object({
    type: short,
    name: short,
    description: z.string().max(8_000).default(''),
    required: z.boolean().default(true),
  }),
  USER_QUESTION: z.object({
    category: short.default('general'),
    question: short,
    options: z.array(option).max(20).default([]),
  }),
  ERROR: z.object({ type: short.default('error'), message: short }),
} as const;

/**
 * Reads the text protocol out of an agent's words. `scope` (instance and epoch) makes block ids unique; the turn and
 * the block's content make them stable, so reading the same words again gives the same ids.
 */
export function createTextProtocol(scope: string): TextProtocol {
  const scanner = createScanner();
  const seen = new Set<string>();
  let turn = 1;

  function take(blocks: readonly Scanned[]): TextBlock[] {
    return blocks.flatMap((scanned) => {
      const block = readBlock(scanned);
      const blockId = idOf(scope, turn, scanned);
      if (seen.has(blockId)) return [];
      seen.add(blockId);
      return [{ type: 'text_block', blockId, block: scanned.kind, ...block }];
    });
  }

  return {
    feed: (text) => take(scanner.feed(text)),
    endTurn() {
      const blocks = take(scanner.end());
      turn += 1;
      seen.clear();
      return blocks;
    },
  };
}

function readBlock(scanned: Scanned): Pick<TextBlock, 'value' | 'problem'> {
  if ('problem' in scanned) return { value: null, problem: scanned.problem };
  if (scanned.kind === 'PHASE_COMPLETE') return { value: { phase: scanned.body }, problem: null };
  let body: unknown;
  try {
    // No aliases: a few lines of them expand to gigabytes.
    body = parse(scanned.body, { maxAliasCount: 0, logLevel: 'error' });
  } catch (error) {
    return { value: null, problem: `the body is not YAML: ${firstLine(error)}` };
  }
  if (scanned.kind === 'ERROR' && typeof body === 'string') body = { message: body };
  const parsed = BODIES[scanned.kind].safeParse(body);
  if (parsed.success) return { value: parsed.data, problem: null };
  const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  return { value: null, problem: cutText(issues.join('; '), 1_000) };
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function idOf(scope: string, turn: number, { kind, body }: { kind: BlockKind; body: string }): string {
  const content = body.replaceAll(/\s+/g, ' ').trim();
  return createHash('sha256')
    .update(JSON.stringify([scope, turn, kind, content]))
    .digest('hex')
    .slice(0, 26);
}
