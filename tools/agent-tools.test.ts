import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemPrompt } from '@claude-codex/agent-manager/prompts/index';
import { DependencyType } from '@claude-codex/contracts/dependency/events';
import { AgentKind } from '@claude-codex/contracts/worker/protocol';
import { TOOLS } from '@claude-codex/mcp/tools/index';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** What an agent finds in the list of its tools when it looks for it: nobody has to tell it of them before. */
const DESCRIBE_THEMSELVES = ['request_review', 'create_pr', 'checkpoint'];

/** Whatever the prompt of an agent names that looks like a tool. */
function namedFor(kind: AgentKind): string[] {
  const prompt = systemPrompt({ kind, instanceName: 'work-1', branch: 'b', baseBranch: 'main', checkCommand: null });
  const words = new Set(prompt.match(/\b[a-z]+(?:_[a-z]+)+\b/g));
  return [...words].filter((word) => !DependencyType.options.some((type) => type === word)).sort();
}

it.each(AgentKind.options)('an agent of the kind %s is told of its tools, and of no other', (kind) => {
  const offered = TOOLS.filter(({ kinds }) => kinds.includes(kind)).map(({ name }) => name);
  expect(namedFor(kind)).toEqual(offered.filter((name) => !DESCRIBE_THEMSELVES.includes(name)).sort());
});

it.each(TOOLS.map(({ name }) => name))(
  '%s stands where people look for it: in the README, and in words in the activity',
  (name) => {
    expect(read('services/mcp/README.md')).toMatch(new RegExp(`^\\| \`${name}[ \`]`, 'm'));
    expect(read('web/src/lib/features/activity/tools.ts')).toMatch(new RegExp(`^  ${name}: \\{`, 'm'));
  },
);

it('what describes itself is a tool', () => {
  expect(DESCRIBE_THEMSELVES.filter((name) => !TOOLS.some((tool) => tool.name === name))).toEqual([]);
});
