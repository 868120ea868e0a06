import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { createSchemaRegistry } from './schema-registry.ts';

const EVENT = {
  position: 1,
  eventId: 'e',
  stream: 's-1',
  version: 1,
  type: 'Noted',
  schemaVersion: 1,
  data: { a: 1 },
  meta: {
    actor: { kind: 'system' as const, id: 's' },
    causedBy: null,
    correlationId: 'c',
    causationId: null,
    commandId: 'c',
    workspaceId: 'w',
  },
  at: '2026-01-01T00:00:00.000Z',
  hash: '',
};

describe('schema registry', () => {
  it('refuses to be built with missing upcasters', () => {
    const types = { Noted: { version: 3, schema: z.object({}), upcasters: [(data: unknown) => data] } };
    expect(() => createSchemaRegistry(types)).toThrow('Noted: version 3 needs 2 upcasters');
  });

  it('lifts through every version and validates the outcome', () => {
    const registry = createSchemaRegistry({
      Noted: {
        version: 3,
        schema: z.object({ a: z.number(), b: z.number() }),
        upcasters: [(data) => ({ ...(data as object), b: 'x' }), (data) => ({ ...(data as object), b: 2 })],
      },
    });
    expect(registry.upcast(EVENT)).toMatchObject({ schemaVersion: 3, data: { a: 1, b: 2 } });
    expect(() => registry.upcast({ ...EVENT, data: {} })).toThrow('EVENT_DATA_INVALID');
    expect(() => registry.upcast({ ...EVENT, schemaVersion: 4 })).toThrow('EVENT_VERSION_UNKNOWN');
    expect(() => registry.upcast({ ...EVENT, type: 'Other' })).toThrow('EVENT_TYPE_UNKNOWN');
  });

  it('reads what was stored under a former name as what it is called today, and writes only today’s', () => {
    const registry = createSchemaRegistry({
      Written: {
        version: 3,
        schema: z.object({ a: z.number(), b: z.number() }),
        upcasters: [(data) => ({ ...(data as object), b: 1 }), (data) => data],
        formerly: [{ name: 'Noted', last: 2 }],
      },
    });
    const stored = { ...EVENT, type: 'Noted', data: { a: 1 } };
    const lifted = { type: 'Written', schemaVersion: 3, data: { a: 1, b: 1 } };
    expect(registry.upcast(stored)).toMatchObject(lifted);
    expect(registry.upcast({ ...stored, schemaVersion: 2, data: { a: 1, b: 1 } })).toMatchObject(lifted);
    expect(() => registry.upcast({ ...stored, schemaVersion: 3 })).toThrow('EVENT_VERSION_UNKNOWN');
    expect(() => registry.accept({ type: 'Noted', data: { a: 1 } })).toThrow('EVENT_TYPE_UNKNOWN');
  });

  it('refuses names that mean two things', () => {
    const noted = { version: 1, schema: z.object({}), upcasters: [] };
    const renamed = { version: 2, schema: z.object({}), upcasters: [(data: unknown) => data] };
    const formerly = [{ name: 'Noted', last: 1 }];
    expect(() => createSchemaRegistry({ Noted: noted, Written: { ...renamed, formerly } })).toThrow('two types');
    const ahead = { Written: { ...renamed, formerly: [{ name: 'Noted', last: 2 }] } };
    expect(() => createSchemaRegistry(ahead)).toThrow('cannot have both names');
  });

  it('names what is wrong and never the data', () => {
    const registry = createSchemaRegistry({
      Noted: { version: 1, schema: z.object({ text: z.string() }), upcasters: [] },
    });
    expect(() => registry.accept({ type: 'Noted', data: { text: 42_4242 } })).toThrow(
      /^(?!.*424242)EVENT_DATA_INVALID.*text/,
    );
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys and leaves undefined out', () => {
    expect(canonicalJson({ b: [{ d: 1, c: undefined }], a: null })).toBe('{"a":null,"b":[{"d":1}]}');
    expect(canonicalJson({ a: null, b: [{ d: 1 }] })).toBe('{"a":null,"b":[{"d":1}]}');
    expect(canonicalJson(undefined)).toBe('null');
  });
});
