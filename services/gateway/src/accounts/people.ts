import type { Clock } from '@claude-codex/eventing';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { Pool } from 'pg';
import type { Auth } from './better-auth.ts';
import { createBriefMemory } from './brief-memory.ts';
import { refuseCommonPassword } from './common-passwords.ts';
import { hashPassword } from './password.ts';

export interface NewPerson {
  name: string;
  email: string;
  password: string;
}

/** Names, addresses, passwords: everything about a person that must be erasable and so is never in an event. */
export interface People {
  /** Throws EMAIL_TAKEN, or PASSWORD_COMMON. */
  create(person: NewPerson): Promise<string>;
  /** Like `create`, but somebody left over from an attempt that broke half-way is taken up again. */
  createOrReset(person: NewPerson): Promise<string>;
  named(ids: readonly string[]): Promise<Map<string, { name: string; email: string }>>;
  workspacesOf(personId: string): Promise<string[]>;
  addToWorkspace(personId: string, workspaceId: string): Promise<void>;
  removeFromWorkspace(personId: string, workspaceId: string): Promise<void>;
  /** Erases everything known about these people: name, address, password, sessions, tokens, settings. */
  erase(personIds: readonly string[]): Promise<void>;
}

const FRESH_MS = 1_000;

export function createPeople({ auth, pool, clock }: { auth: Auth; pool: Pool; clock: Pick<Clock, 'now'> }): People {
  const workspaces = createBriefMemory<string[]>(clock, FRESH_MS);

  /** Person and password are two rows of better-auth; its adapter writes them, one after the other. */
  async function insert({ name, email, password }: NewPerson): Promise<string> {
    const { internalAdapter } = await auth.$context;
    const hash = await hashPassword(password);
    const person = await internalAdapter.createUser({ name, email }, { method: 'email-password' });
    await internalAdapter.linkAccount({
      userId: person.id,
      accountId: person.id,
      providerId: 'credential',
      password: hash,
    });
    return person.id;
  }

  async function create(person: NewPerson): Promise<string> {
    refuseCommonPassword(person.password, person);
    const { internalAdapter } = await auth.$context;
    if ((await internalAdapter.findUserByEmail(person.email)) !== null) throw emailTaken();
    try {
      return await insert(person);
    } catch (error) {
      if (isUniqueViolation(error)) throw emailTaken(error);
      throw error;
    }
  }

  async function createOrReset(person: NewPerson): Promise<string> {
    refuseCommonPassword(person.password, person);
    await pool.query('delete from accounts.person where email = $1', [person.email.toLowerCase()]);
    return create(person);
  }

  async function named(ids: readonly string[]) {
    const { rows } = await pool.query<{ id: string; name: string; email: string }>({
      name: 'people_named',
      text: 'select id, name, email from accounts.person where id = any($1)',
      values: [ids],
    });
    return new Map(rows.map(({ id, ...person }) => [id, person]));
  }

  async function loadWorkspaces(personId: string): Promise<string[]> {
    const { rows } = await pool.query<{ id: string }>({
      name: 'workspaces_of',
      text: 'select workspace_id as id from accounts.membership where person_id = $1 order by joined_at, workspace_id',
      values: [personId],
    });
    return rows.map(({ id }) => id);
  }

  async function addToWorkspace(personId: string, workspaceId: string): Promise<void> {
    const sql = 'insert into accounts.membership (person_id, workspace_id) values ($1, $2) on conflict do nothing';
    await pool.query(sql, [personId, workspaceId]);
    workspaces.forget(personId);
  }

  async function removeFromWorkspace(personId: string, workspaceId: string): Promise<void> {
    const sql = 'delete from accounts.membership where person_id = $1 and workspace_id = $2';
    await pool.query(sql, [personId, workspaceId]);
    workspaces.forget(personId);
  }

  async function erase(personIds: readonly string[]): Promise<void> {
    // Sessions, credentials, tokens, memberships and preferences go with the person (on delete cascade).
    await pool.query(
      `with gone as (delete from accounts.person where id = any($1) returning email)
       delete from accounts.verification using gone where identifier = gone.email`,
      [personIds],
    );
    for (const personId of personIds) workspaces.forget(personId);
  }

  return {
    create,
    createOrReset,
    named,
    workspacesOf: (personId) => workspaces.get(personId, () => loadWorkspaces(personId)),
    addToWorkspace,
    removeFromWorkspace,
    erase,
  };
}

function emailTaken(cause?: unknown): Problem {
  return new Problem('EMAIL_TAKEN', { detail: 'Somebody with this e-mail address exists already.', cause });
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}
