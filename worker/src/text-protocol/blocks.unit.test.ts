import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTextProtocol, type TextBlock } from './blocks.ts';

function read(...texts: string[]): TextBlock[] {
  const protocol = createTextProtocol('instance.1');
  return [...texts.flatMap((text) => protocol.feed(text)), ...protocol.endTurn()];
}

const QUESTION =
  '[USER_QUESTION]\ncategory: style\nquestion: Tabs or spaces?\noptions:\n  - tabs\n  - label: spaces\n    description: two\n[/USER_QUESTION]';

describe('text protocol', () => {
  test('reads a question with its options', () => {
    expect(read(`I wonder.\n${QUESTION}\nThanks.`)).toMatchObject([
      {
        type: 'text_block',
        block: 'USER_QUESTION',
        problem: null,
        value: {
          category: 'style',
          question: 'Tabs or spaces?',
          options: [{ label: 'tabs' }, { label: 'spaces', description: 'two' }],
        },
      },
    ]);
  });

  test('reads a dependency, an error as map and as words, and the end of a phase', () => {
    const text = [
      '[DEPENDENCY_REQUEST]\ntype: api_key\nname: X_KEY\nrequired: false\n[/DEPENDENCY_REQUEST]',
      '[ERROR]\ntype: build\nmessage: It does not compile\n[/ERROR]',
      '[ERROR] The disk is full [/ERROR]',
      '=== PHASE 2 COMPLETE ===',
      '=== PHASE develop COMPLETE ===',
    ].join('\n\n');
    expect(read(text).map(({ block, value }) => [block, value])).toEqual([
      ['DEPENDENCY_REQUEST', { type: 'api_key', name: 'X_KEY', description: '', required: false }],
      ['ERROR', { type: 'build', message: 'It does not compile' }],
      ['ERROR', { type: 'error', message: 'The disk is full' }],
      ['PHASE_COMPLETE', { phase: '2' }],
      ['PHASE_COMPLETE', { phase: 'develop' }],
    ]);
  });

  test('reads a block that is spread over several texts, and one whose YAML stands in a fence', () => {
    const lines = QUESTION.split('\n');
    for (let cut = 1; cut < lines.length; cut += 1) {
      const blocks = read(lines.slice(0, cut).join('\n'), lines.slice(cut).join('\n'));
      expect(blocks).toMatchObject([{ block: 'USER_QUESTION', problem: null }]);
    }
    expect(read('[ERROR]\n```yaml\nmessage: oh\n```\n[/ERROR]')).toMatchObject([{ value: { message: 'oh' } }]);
  });

  test('acts once on what is said twice in a turn, and again in the next turn', () => {
    const protocol = createTextProtocol('instance.1');
    const first = protocol.feed(`${QUESTION}\n${QUESTION}`);
    expect(first).toHaveLength(1);
    expect(protocol.feed(QUESTION.replace('Tabs or', ' Tabs  or '))).toEqual([]);
    protocol.endTurn();
    const again = protocol.feed(QUESTION);
    expect(again).toHaveLength(1);
    expect(again[0]?.blockId).not.toBe(first[0]?.blockId);
  });

  test('gives the same ids when the same words are read again, others for another instance', () => {
    expect(read(QUESTION)).toEqual(read(QUESTION));
    expect(createTextProtocol('other.1').feed(QUESTION)[0]?.blockId).not.toBe(read(QUESTION)[0]?.blockId);
  });

  test('ignores blocks in code fences, quotes and prose', () => {
    const texts = [
      `\`\`\`\n${QUESTION}\n\`\`\``,
      `~~~~text\n~~~\n=== PHASE 1 COMPLETE ===\n~~~~`,
      'Use [USER_QUESTION] to ask.',
      '> [ERROR]\n> message: quoted\n> [/ERROR]',
      '[ERROR] handling lives in errors.ts',
      'I wrote === PHASE 1 COMPLETE === into the file.',
    ];
    for (const text of texts) expect(read(text)).toEqual([]);
    expect(read('```\nnever closed', '=== PHASE 1 COMPLETE ===')).toHaveLength(1);
  });

  const malformed: [string, string, RegExp][] = [
    ['a body that is not YAML', '[ERROR]\nmessage: [\n[/ERROR]', /not YAML/],
    ['a body that is no map', '[USER_QUESTION]\njust words\n[/USER_QUESTION]', /body/],
    ['a missing field', '[DEPENDENCY_REQUEST]\ntype: api_key\n[/DEPENDENCY_REQUEST]', /name/],
    ['an empty body', '[USER_QUESTION]\n[/USER_QUESTION]', /body/],
    ['no end', '[USER_QUESTION]\nquestion: Why?', /\[\/USER_QUESTION\] is missing/],
    [
      'no end before the next block',
      '[USER_QUESTION]\nquestion: Why?\n=== PHASE 1 COMPLETE ===',
      /missing before the next/,
    ],
    ['an end without a beginning', 'words\n[/ERROR]', /missing before its end/],
    ['a body that goes on for ever', `[ERROR]\n${'long line of text\n'.repeat(3_000)}`, /longer than/],
    ['aliases that would expand', '[ERROR]\na: &a [x]\nmessage: *a\n[/ERROR]', /YAML|message/],
  ];
  test.each(malformed)('tells of %s', (_name, text, problem) => {
    const [block] = read(text);
    expect(block?.value).toBeNull();
    expect(block?.problem).toMatch(problem);
  });

  test('survives anything, and never says one thing twice in a turn', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '[ERROR]',
        '[/ERROR]',
        '[USER_QUESTION]',
        '[/USER_QUESTION]',
        '```',
        'question: x',
        'message: &a *a',
        '=== PHASE 1 COMPLETE ===',
        '  - ',
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.array(part)), (texts) => {
        const ids = read(...texts.map((lines) => lines.join('\n'))).map((block) => block.blockId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});
