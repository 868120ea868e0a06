import { z } from 'zod';
import { ID_PATTERN } from './id-pattern.ts';

/**
 * Identifiers are 26 lower-case Crockford base32 characters: 48 bits of time and 80 bits of randomness (the ULID
 * layout), or 130 bits of a hash when they are derived from an event. Lower case because they become branch,
 * container and directory names.
 */
export const Id = z.string().regex(ID_PATTERN, 'must be a 26 character identifier');
export type Id = z.infer<typeof Id>;

export const StreamCategory = z.enum([
  'workspace',
  'counter',
  'repository',
  'task',
  'instance',
  'question',
  'dependency',
  'review',
  'thread',
  'proposal',
  'pullrequest',
  'usage',
  'tools',
  'service',
  'forge',
  'command',
]);
export type StreamCategory = z.infer<typeof StreamCategory>;

/** A stream is one aggregate: its category and its id, for example `task-01jd…`. */
export type StreamName<Category extends StreamCategory = StreamCategory> = `${Category}-${string}`;

/** The type of the name says what the stream holds, so that who reads it gets events of that category. */
export function streamOf<Category extends StreamCategory>(category: Category, id: string): StreamName<Category> {
  return `${category}-${id}`;
}

export function categoryOf(stream: string): StreamCategory {
  return StreamCategory.parse(stream.slice(0, stream.indexOf('-')));
}

/** The id part of a stream name: `task-01jd…` gives `01jd…`. */
export function idOf(stream: string): string {
  return stream.slice(stream.indexOf('-') + 1);
}

/** Workspace of what belongs to the installation rather than to a team, such as its own services: everybody may see it. */
export const INSTALLATION = 'installation';
