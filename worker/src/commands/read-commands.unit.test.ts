import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { type CommandLine, readCommands } from './read-commands.ts';

async function read(chunks: (string | Buffer)[]): Promise<CommandLine[]> {
  const lines: CommandLine[] = [];
  for await (const line of readCommands(Readable.from(chunks, { objectMode: false }))) lines.push(line);
  return lines;
}

test('reads commands across chunks that cut lines and characters', async () => {
  const bytes = Buffer.from('{"type":"stop","id":"1","reason":"für heute"}\n\n{"type":"ping"}\n');
  const chunks = [...bytes].map((byte) => Buffer.from([byte]));
  expect(await read(chunks)).toEqual([
    { command: { type: 'stop', id: '1', reason: 'für heute' } },
    { command: { type: 'ping' } },
  ]);
});

test('names what is wrong with a line without repeating it, and goes on', async () => {
  const lines = await read(['hunter2\n{"type":"set_secret","id":"1","name":"A","value":42}\n{"type":"ping"}\n']);
  expect(lines).toEqual([
    { problem: 'a line was not JSON' },
    { problem: 'a line was not a command (value: invalid_type)' },
    { command: { type: 'ping' } },
  ]);
});
