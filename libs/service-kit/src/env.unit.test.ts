import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseEnv, SettingsError } from './env.ts';

const Env = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
    DATABASE_URL: z.url({ protocol: /^postgres$/, error: 'must be a postgres:// address' }),
    NAMES: z.string().regex(/^\w+$/, 'may hold letters and digits').optional(),
    MODE: z.enum(['a', 'b']).optional(),
    LABEL: z.string().max(5).optional(),
    SETUP_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
    LOW: z.coerce.number().default(1),
    HIGH: z.coerce.number().default(2),
  })
  .refine((env) => env.LOW < env.HIGH, { path: ['LOW'], message: 'must be below HIGH' });
const DATABASE_URL = 'postgres://db/codex';
const SEE = 'All settings: docs/generated/settings.md';

function refusal(env: Record<string, string>, schema: z.ZodType = Env): string {
  try {
    parseEnv(schema, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw error;
  }
  throw new Error('expected a SettingsError');
}

it('gives values and defaults; an empty variable is an absent one', () => {
  expect(parseEnv(Env, { DATABASE_URL, PORT: '', MODE: '', OTHER: 'y' })).toMatchObject({ PORT: 8080, DATABASE_URL });
});

it('says of every bad setting in one sentence what was given and what is allowed, and where settings are described', () => {
  expect(refusal({ PORT: 'http', MODE: 'c', LABEL: 'too long', LOW: 'x', NAMES: 'a b' })).toBe(
    [
      'PORT is "http", but must be a whole number 0 to 65535.',
      'DATABASE_URL is not set, but must be a postgres:// address.',
      'NAMES is "a b", but may hold letters and digits.',
      'MODE is "c", but must be one of a, b.',
      'LABEL is "too long", but must be text of at most 5 characters.',
      'LOW is "x", but must be a number.',
      SEE,
    ].join('\n'),
  );
});

it.each(['70000', '-1', '80.5', 'Infinity', '0x', '80 80'])('a port of %s says what a port is', (PORT) => {
  expect(refusal({ DATABASE_URL, PORT })).toBe(`PORT is "${PORT}", but must be a whole number 0 to 65535.\n${SEE}`);
});

it('shows no secret: not that of a secret setting, nor one inside an address or in a wrong place', () => {
  expect(refusal({ DATABASE_URL, SETUP_TOKEN: 'canary' })).toBe(
    `SETUP_TOKEN is set to a value not shown here, but must have at least 16 characters.\n${SEE}`,
  );
  expect(refusal({ DATABASE_URL: 'mysql://codex:canary@db/codex?password=canary' })).toBe(
    `DATABASE_URL is "…@db/codex?…", but must be a postgres:// address.\n${SEE}`,
  );
  const pasted = `sk-ant-${'canary0'.repeat(8)}`;
  for (const env of [{ PORT: pasted }, { MODE: pasted }, { LOW: `postgres//me:canary@db` }]) {
    expect(refusal({ DATABASE_URL, ...env })).not.toContain('canary');
  }
});

it('checks rules across settings', () => {
  expect(refusal({ DATABASE_URL, LOW: '3' })).toBe(`LOW is "3", but must be below HIGH.\n${SEE}`);
});

it('reads a schema that is turned into something else', () => {
  expect(
    refusal(
      { DATABASE_URL, PORT: 'x' },
      Env.transform((env) => [env.PORT]),
    ),
  ).toContain('a whole number 0 to 65535');
});
