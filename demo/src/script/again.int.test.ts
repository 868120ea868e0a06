import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SAMPLE } from '@claude-codex/contracts/sample';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConversation } from '../messages/conversation.ts';
import { createSampleRepository } from '../sample-repository.ts';
import { decide } from './decide.ts';

type Tone = 'Friendly' | 'Formal';
type Input = Record<'file_path' | 'content' | 'old_string' | 'new_string' | 'command', string>;

const TOOLS = [
  'Bash',
  'Read',
  'Edit',
  'Write',
  ...['ask_question', 'request_dependency', 'complete_phase'].map((name) => `mcp__codex__${name}`),
].map((name) => ({ name }));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-again-'));
  await createSampleRepository(join(folder, 'sample.git'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8', stdio: 'pipe' });

/** A task of the sample in a checkout of its own, with the tools of Claude Code as far as the script uses them. */
class Attempt {
  readonly checkout: string;
  readonly #messages: { role: string; content: string | object[] }[] = [];
  readonly #tone: Tone;
  readonly #number: number;

  constructor(number: number, tone: Tone) {
    this.checkout = join(folder, `task-${number}`);
    this.#number = number;
    this.#tone = tone;
    git(folder, 'clone', '-q', '--origin', 'source', 'sample.git', this.checkout);
    git(this.checkout, 'config', 'user.name', 'Agent');
    git(this.checkout, 'config', 'user.email', 'agent@example.invalid');
  }

  develop(title: string = SAMPLE.suggestedTask.title, before = '') {
    const { description } = SAMPLE.suggestedTask;
    return this.#play(`Phase: develop (round 1)\nTask #${this.#number}: ${title}\n\n${description}\n\n${before}`);
  }

  rework = () => this.#play('Changes were requested (round 1).\n\nAnd an empty name?');

  /** Merges into the base as the server does; false where both changed the same lines. */
  merge(): boolean {
    const { checkout } = this;
    git(checkout, 'fetch', '-q', 'source');
    try {
      git(checkout, 'merge', '-q', '--no-edit', 'source/main');
    } catch {
      git(checkout, 'merge', '--abort');
      return false;
    }
    execFileSync('sh', ['-c', SAMPLE.checkCommand], { cwd: checkout, stdio: 'pipe' });
    git(checkout, 'push', '-q', 'source', 'HEAD:main');
    return true;
  }

  async mergeAfterResolving(): Promise<void> {
    if (this.merge()) return;
    await this.develop(undefined, 'Bring both together: `git merge source/main`');
    expect(this.merge()).toBe(true);
  }

  get commits(): string[] {
    return git(this.checkout, 'log', '--format=%s', 'source/main..').trim().split('\n').filter(Boolean);
  }

  async #play(prompt: string): Promise<void> {
    this.#messages.push({ role: 'user', content: prompt });
    const read = new Set<string>();
    for (;;) {
      const { calls } = decide(readConversation({ messages: this.#messages as never, tools: TOOLS }));
      if (calls.length === 0) return;
      this.#messages.push({ role: 'assistant', content: calls.map((call) => ({ type: 'tool_use', ...call })) });
      const results: object[] = [];
      for (const { id, name, input } of calls) {
        const outcome = await this.#run(name, input as Input, read).then(
          (text) => ({ content: text }),
          (error: unknown) => ({ content: String(error), is_error: true }),
        );
        results.push({ type: 'tool_result', tool_use_id: id, ...outcome });
      }
      this.#messages.push({ role: 'user', content: results });
    }
  }

  async #run(tool: string, input: Input, read: Set<string>): Promise<string> {
    if (tool.endsWith('ask_question')) return JSON.stringify({ choices: [this.#tone] });
    if (tool.startsWith('mcp__')) return 'ok';
    // The script only looks at what these print; what they find is looked at where the work is merged.
    if (tool === 'Bash' && input.command.startsWith(SAMPLE.checkCommand)) return 'ok';
    if (tool === 'Bash') return execFileSync('bash', ['-c', input.command], { cwd: this.checkout, encoding: 'utf8' });
    const path = join(this.checkout, input.file_path);
    const text = existsSync(path) ? await readFile(path, 'utf8') : null;
    if (tool === 'Read') {
      read.add(path);
      return text ?? Promise.reject(new Error('There is no such file.'));
    }
    if (text !== null && !read.has(path)) throw new Error('File has not been read yet.');
    if (tool === 'Edit' && text?.split(input.old_string).length !== 2) throw new Error('String to replace not found.');
    await writeFile(
      path,
      tool === 'Edit' ? (text ?? '').replace(input.old_string, () => input.new_string) : input.content,
    );
    read.add(path);
    return 'ok';
  }
}

describe('the sample, tried again', () => {
  test('has a change whose tests pass each time, in whatever tone', async () => {
    for (const [index, tone] of (['Friendly', 'Formal', 'Formal', 'Friendly'] as const).entries()) {
      const attempt = new Attempt(index + 1, tone);
      await attempt.develop();
      expect(attempt.commits).toHaveLength(1);
      await attempt.rework();
      expect(attempt.commits).toHaveLength(2);
      expect(attempt.merge()).toBe(true);
      const greeting = await readFile(join(attempt.checkout, 'src/greet.js'), 'utf8');
      expect(greeting.includes('Good morning')).toBe(tone === 'Formal');
    }
  });

  test.each<[boolean, boolean, boolean]>([
    [false, true, false],
    [false, false, true],
    [true, true, false],
  ])('two at a time, earlier one merged %s, reworked %s and %s', async (isLater, firstReworked, secondReworked) => {
    if (isLater) {
      const earlier = new Attempt(1, 'Friendly');
      await earlier.develop();
      earlier.merge();
    }
    const both = [new Attempt(2, 'Formal'), new Attempt(3, 'Friendly')] as const;
    for (const [index, attempt] of both.entries()) {
      await attempt.develop();
      if ([firstReworked, secondReworked][index]) await attempt.rework();
      expect(attempt.commits.length).toBeGreaterThan(0);
    }
    expect(both[0].merge()).toBe(true);
    await both[1].mergeAfterResolving();
  });

  test('under names of its own, two at a time and one after the other', async () => {
    const [one, two] = [new Attempt(1, 'Formal'), new Attempt(2, 'Formal')];
    for (const attempt of [one, two]) await attempt.develop('Say goodbye');
    expect(one.merge()).toBe(true);
    await two.mergeAfterResolving();
    const third = new Attempt(3, 'Formal');
    await third.develop('Say goodbye');
    expect(third.commits).toHaveLength(1);
    expect(third.merge()).toBe(true);
  });
});
