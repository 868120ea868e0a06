import { expect, it } from 'vitest';
import { recordsOf } from './journal-lines.ts';

async function read(...entries: object[]) {
  async function* lines() {
    for (const [index, entry] of entries.entries())
      yield JSON.stringify({ seq: index + 1, at: '2026-01-01T00:00:00.000Z', entry });
  }
  const said = [];
  for await (const { entry } of recordsOf(lines(), 0)) said.push(entry);
  return said;
}

it('what an agent says is clean before anything is made of it', async () => {
  const said = await read(
    { type: 'assistant_text', text: 'a NUL \0 and half a \ud83d' },
    { type: 'tool_call', toolUseId: 't', tool: 'Bash', input: { command: 'printf "\0"', 'k\ude80': ['\ud83d'] } },
  );
  expect(said).toEqual([
    { type: 'assistant_text', text: 'a NUL \ufffd and half a \ufffd' },
    { type: 'tool_call', toolUseId: 't', tool: 'Bash', input: { command: 'printf "\ufffd"', 'k\ufffd': ['\ufffd'] } },
  ]);
});
