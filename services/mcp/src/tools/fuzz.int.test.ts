import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInstances } from '../calls/instances.ts';
import { createAsking } from '../calls/open-asks.ts';
import { createToolRecord } from '../calls/tool-record.ts';
import { createMcpServer } from '../http/mcp-server.ts';
import { INSTANCE, Mcp, outcomeOf, REPOSITORY, TASK, WORKSPACE } from '../mcp.fixture.ts';
import { createStreamWatch } from '../waiting/stream-watch.ts';
import { TOOLS } from './index.ts';

let mcp: Mcp;

beforeEach(async () => {
  mcp = new Mcp();
  await mcp.start();
});

afterEach(() => mcp.stop());

/** Arguments that are nearly right: known names with any value, and any names with any value. */
function anyArguments(names: string[]): fc.Arbitrary<Record<string, unknown>> {
  const value = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('develop', 'api_key', 'technical', '../x', '\u0000', 'x'.repeat(30_000), -1, 1e308, []),
  );
  const name = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: fc.string() });
  return fc.dictionary(name, value, { maxKeys: names.length + 1 });
}

it('whatever the arguments are, the answer is a result or a refusal with a code of ours', async () => {
  const identity = {
    instanceId: INSTANCE,
    epoch: 1,
    kind: 'coding' as const,
    taskId: TASK,
    workspaceId: WORKSPACE,
    repositoryId: REPOSITORY,
  };
  const instances = createInstances(mcp.store);
  const instance = await instances.live(identity);
  if (instance === null) throw new Error('the instance of the fixture lives');
  const silent = mcp.log();
  const watch = createStreamWatch(mcp.store, silent);
  const deps = {
    store: mcp.store,
    bus: mcp.bus,
    instances,
    watch,
    asking: createAsking(mcp.store),
    record: createToolRecord({ store: mcp.store, log: silent }),
    tools: TOOLS,
    waitMs: 0,
    progressMs: 60_000,
    log: silent,
  };
  const server = createMcpServer(deps, { identity, instance, signal: new AbortController().signal });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'fuzz', version: '1' });
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);

  const call = fc
    .constantFrom(...TOOLS)
    .chain((tool) => fc.tuple(fc.constant(tool.name), anyArguments(Object.keys(tool.inputSchema.properties ?? {}))));
  await fc.assert(
    fc.asyncProperty(call, async ([name, args]) => {
      const outcome = outcomeOf(await client.callTool({ name, arguments: args }));
      expect(outcome.text).not.toBe('');
      if (outcome.isError) expect(outcome.code).toMatch(/^(?!INTERNAL)[A-Z_]+$/);
    }),
    { numRuns: 3_000 },
  );
  await client.close();
  await watch.stop();
});
