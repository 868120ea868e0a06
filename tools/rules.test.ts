import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const config = join(root, '.dependency-cruiser.cjs');
const ruleNames: string[] = createRequire(import.meta.url)(config).forbidden.map((rule: { name: string }) => rule.name);

interface Fixture {
  /** The file that breaks the rule, and the import that does it. */
  from: string;
  imports: string;
  /** Other files it needs; `''` is an empty module. */
  others?: Record<string, string>;
}

const empty = 'export {};\n';

/** One forbidden import per rule. */
const FORBIDDEN: Record<string, Fixture> = {
  'contracts-are-a-leaf': { from: 'libs/contracts/src/leaf.ts', imports: 'node:fs' },
  'eventing-has-no-io': { from: 'libs/eventing/src/io.ts', imports: 'node:net' },
  'domain-is-pure': { from: 'libs/domain/src/task/decide.ts', imports: 'node:crypto' },
  'domain-knows-no-views': {
    from: 'libs/domain/src/review/decide.ts',
    imports: '../../../contracts/src/api/views/task.ts',
    others: { 'libs/contracts/src/api/views/task.ts': empty },
  },
  'read-models-are-pure': { from: 'libs/read-models/src/tasks/card.ts', imports: 'node:fs' },
  'service-kit-knows-no-domain': {
    from: 'libs/service-kit/src/knows.ts',
    imports: '../../domain/src/pure.ts',
    others: { 'libs/domain/src/pure.ts': empty },
  },
  'libs-never-see-services': {
    from: 'libs/service-kit/src/looks-up.ts',
    imports: '../../../services/mcp/src/tool.ts',
    others: { 'services/mcp/src/tool.ts': empty },
  },
  'no-service-to-service': {
    from: 'services/gateway/src/calls.ts',
    imports: '../../egress/src/called.ts',
    others: { 'services/egress/src/called.ts': empty },
  },
  'services-never-see-what-composes-them': {
    from: 'services/egress/src/looks-up.ts',
    imports: '../../../standalone/src/main.ts',
    others: { 'standalone/src/main.ts': empty },
  },
  'web-only-contracts': {
    from: 'web/src/lib/page.ts',
    imports: '../../../libs/eventing/src/store.ts',
    others: { 'libs/eventing/src/store.ts': empty },
  },
  'one-folder-knows-claude-code': {
    from: 'worker/src/agent-side/spawns.ts',
    imports: '@anthropic-ai/claude-agent-sdk',
    others: {
      'node_modules/@anthropic-ai/claude-agent-sdk/package.json':
        '{ "name": "@anthropic-ai/claude-agent-sdk", "version": "1.0.0", "main": "index.js" }',
      'node_modules/@anthropic-ai/claude-agent-sdk/index.js': empty,
      'worker/package.json': '{ "name": "worker", "dependencies": { "@anthropic-ai/claude-agent-sdk": "1.0.0" } }',
    },
  },
  'one-folder-knows-a-forge': {
    from: 'services/git/src/merge/knows.ts',
    imports: '../forges/local/push.ts',
    others: { 'services/git/src/forges/local/push.ts': empty },
  },
  'one-folder-knows-agents-files': {
    from: 'services/agent-manager/src/instances/looks.ts',
    imports: '../runtimes/instance-directories.ts',
    others: { 'services/agent-manager/src/runtimes/instance-directories.ts': empty },
  },
  'worker-only-contracts': {
    from: 'worker/src/supervisor.ts',
    imports: '../../libs/service-kit/src/log.ts',
    others: { 'libs/service-kit/src/log.ts': empty },
  },
  'no-testing-in-product': {
    from: 'services/projector/src/board.ts',
    imports: '../../../libs/testing/src/fake-clock.ts',
    others: { 'libs/testing/src/fake-clock.ts': empty },
  },
  'no-tests-in-product': {
    from: 'services/projector/src/costs.ts',
    imports: './board.fixture.ts',
    others: { 'services/projector/src/board.fixture.ts': empty },
  },
  'no-cycles': {
    from: 'libs/domain/src/a.ts',
    imports: './b.ts',
    others: { 'libs/domain/src/b.ts': "import './a.ts';\n" },
  },
  'declared-dependencies-only': {
    from: 'services/github-sync/src/hoisted.ts',
    imports: 'left-behind',
    others: {
      'services/github-sync/package.json': '{ "name": "github-sync", "dependencies": {} }',
      'node_modules/left-behind/package.json': '{ "name": "left-behind", "version": "1.0.0", "main": "index.js" }',
      'node_modules/left-behind/index.js': empty,
    },
  },
  'no-unresolvable': { from: 'worker/src/typo.ts', imports: './not-there.ts' },
};

/** Where the rules about every folder have to hold as well. */
const FOLDERS = ['web/src', 'e2e/src', 'bench/src'];

let house: string;
let violations: { rule: string; from: string }[];

beforeAll(async () => {
  house = mkdtempSync(join(tmpdir(), 'claude-codex-rules-'));
  write('package.json', '{ "name": "house", "version": "1.0.0" }');
  for (const { from, imports, others = {} } of Object.values(FORBIDDEN)) {
    write(from, `import '${imports}';\n`);
    for (const [path, content] of Object.entries(others)) write(path, content);
  }
  for (const folder of FOLDERS) {
    write(`${folder}/one.ts`, "import './other.ts';\n");
    write(`${folder}/other.ts`, "import './one.ts';\nimport 'left-behind';\nimport './not-there.ts';\n");
  }
  violations = await violationsIn(house);
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

describe('import rules', () => {
  it('have one failing example each', () => {
    expect(Object.keys(FORBIDDEN).sort()).toEqual([...ruleNames].sort());
  });

  it.each(Object.entries(FORBIDDEN))('%s fails on its example', (rule, { from }) => {
    expect(violations).toContainEqual({ rule, from });
  });

  it.each(FOLDERS)('hold in %s too', (folder) => {
    const broken = violations.filter(({ from }) => from.startsWith(`${folder}/o`)).map(({ rule }) => rule);
    expect(new Set(broken)).toEqual(new Set(['no-cycles', 'declared-dependencies-only', 'no-unresolvable']));
  });

  it('let through what is allowed', () => {
    expect(violations.filter(({ from }) => from.startsWith('services/gateway/src/a'))).toEqual([]);
  });
});

function write(path: string, content: string): void {
  const file = join(house, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

const FOLDERS_LOOKED_AT = ['libs', 'services', 'web', 'worker', 'standalone', 'e2e', 'bench'];

async function violationsIn(folder: string): Promise<{ rule: string; from: string }[]> {
  const bin = join(root, 'node_modules', '.bin', 'depcruise');
  const args = [bin, '--config', config, '--output-type', 'json', ...FOLDERS_LOOKED_AT];
  // It ends with the number of violations as its exit code: the report on stdout is what counts.
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, maxBuffer: 2 ** 26 }).catch(
    (error: { stdout?: string }) => {
      if (typeof error.stdout !== 'string' || error.stdout === '') throw error;
      return { stdout: error.stdout };
    },
  );
  const report: { summary: { violations: { from: string; rule: { name: string } }[] } } = JSON.parse(stdout);
  return report.summary.violations.map(({ from, rule }) => ({ rule: rule.name, from }));
}
