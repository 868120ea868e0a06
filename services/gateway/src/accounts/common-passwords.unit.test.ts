import { describe, expect, it } from 'vitest';
import { refuseCommonPassword } from './common-passwords.ts';

const olga = { name: 'Olga Owner', email: 'olga.owner@example.org' };
const refused = (password: string) => {
  try {
    refuseCommonPassword(password, olga);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a new password', () => {
  it.each([
    'password123',
    'PASSWORD123',
    'qwertyuiop',
    '1234567890',
    'motherlode2026!',
    '!!basketball!!',
    'aaaaaaaaaaaa',
    'abababababab',
    'Olga Owner',
    'olga.owner2026',
    'olga.owner@example.org',
  ])('%s is refused', (password) => expect(refused(password)).toMatch(/^This password is .* Choose another one/));

  it.each(['correct horse battery', 'four words not together', 'Tr0ub4dor&3x9', 'пароль из слов'])(
    '%s is taken',
    (password) => expect(refused(password)).toBeNull(),
  );
});
