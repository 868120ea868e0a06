import { expect, it } from 'vitest';
import { z } from 'zod';
import { parseEnv, SettingsError } from './env.ts';

const Env = z
  .object({
    PORT: z.coerce.number().int().min(1, 'must be a port').default(8080),
    DATABASE_URL: z.string(),
    MODE: z.enum(['a', 'b']).optional(),
    LOW: z.coerce.number().default(1),
    HIGH: z.coerce.number().default(2),
  })
  .refine((env) => env.LOW < env.HIGH, { path: ['LOW'], message: 'must be below HIGH' });

it('gives values and defaults; an empty variable is an absent one', () => {
  expect(parseEnv(Env, { DATABASE_URL: 'x', PORT: '', MODE: '', OTHER: 'y' })).toMatchObject({
    PORT: 8080,
    DATABASE_URL: 'x',
  });
});

it('names every bad setting at once and what is expected, never a value', () => {
  const error = (() => {
    try {
      return parseEnv(Env, { PORT: '-1', MODE: 'canary', LOW: 'canary' });
    } catch (caught) {
      return caught;
    }
  })();
  if (!(error instanceof SettingsError)) throw new Error('expected a SettingsError');
  expect(error.problems.map((problem) => problem.name).sort()).toEqual(['DATABASE_URL', 'LOW', 'MODE', 'PORT']);
  expect(error.message).toContain('DATABASE_URL: is missing');
  expect(error.message).toContain('PORT: must be a port');
  expect(error.message).not.toContain('canary');
});

it('checks rules across settings', () => {
  expect(() => parseEnv(Env, { DATABASE_URL: 'x', LOW: '3' })).toThrow('LOW: must be below HIGH');
});
