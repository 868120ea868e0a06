const { readdirSync } = require('node:fs');

// Who may import whom: arrows point down only (docs/architecture.md). tools/rules.test.ts holds one forbidden import per
// rule, so that no rule is silently dead.
const TESTS = '(\\.(unit|int|svelte)\\.test\\.ts|\\.(contract|fixture|fixtures)\\.ts|\\.spec\\.ts)$|/testing/';
const SERVICES = readdirSync(`${__dirname}/services`).join('|');

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'contracts-are-a-leaf',
      comment: 'What crosses a process border imports the schema library and nothing else.',
      severity: 'error',
      from: { path: '^libs/contracts/src/', pathNot: TESTS },
      to: { pathNot: ['^libs/contracts/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'eventing-has-no-io',
      comment: 'Ports and runners: contracts and the schema library; no node:*, no driver.',
      severity: 'error',
      from: { path: '^libs/eventing/src/', pathNot: TESTS },
      to: { pathNot: ['^libs/(eventing|contracts)/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'domain-is-pure',
      comment: 'Deciders take time, ids and randomness as parameters: contracts, eventing and the schema library only.',
      severity: 'error',
      from: { path: '^libs/domain/src/', pathNot: TESTS },
      to: { pathNot: ['^libs/(domain|eventing|contracts)/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'domain-knows-no-views',
      comment: 'Rules speak of events; what the API shows and asks for may change without them. The index of contracts holds both.',
      severity: 'error',
      from: { path: '^libs/domain/src/', pathNot: TESTS },
      to: { path: '^libs/contracts/src/(api/|index\\.ts$)' },
    },
    {
      name: 'read-models-are-pure',
      comment: 'Folds of events into what the API shows: contracts, the rules and nothing that does anything.',
      severity: 'error',
      from: { path: '^libs/read-models/src/', pathNot: TESTS },
      to: { pathNot: ['^libs/(read-models|domain|eventing|contracts)/', '(^|/)node_modules/zod/'] },
    },
    {
      name: 'service-kit-knows-no-domain',
      comment: 'Adapters serve every service alike; what a task is they do not know.',
      severity: 'error',
      from: { path: '^libs/service-kit/src/', pathNot: TESTS },
      to: { path: '^(libs/(domain|read-models|testing)|infra)/' },
    },
    {
      name: 'libs-never-see-services',
      comment: 'Libraries import neither services nor the worker, the pages or what composes them.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^(services|worker|web|standalone|e2e|bench)/' },
    },
    {
      name: 'no-service-to-service',
      comment: 'Services meet over NATS or HTTP through contracts, never by import; standalone composes them. A test may run one beside its own.',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: TESTS },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-never-see-what-composes-them',
      severity: 'error',
      from: { path: '^services/', pathNot: TESTS },
      to: { path: '^(standalone|web|worker|e2e|bench|demo)/' },
    },
    {
      name: 'web-only-contracts',
      comment: 'The pages know the API by its contracts.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(libs|services|worker|standalone|demo|infra|e2e|bench)/', pathNot: '^libs/contracts/' },
    },
    {
      name: 'one-folder-knows-claude-code',
      comment: 'A session is a port (worker/src/session/agent-session.ts); its adapter alone speaks to the Agent SDK.',
      severity: 'error',
      from: { path: '^worker/src/', pathNot: '^worker/src/claude-code/' },
      to: { path: '(^|/)node_modules/@anthropic-ai/|^@anthropic-ai/' },
    },
    {
      name: 'one-folder-knows-a-forge',
      comment: 'A forge is a port (libs/forges/src/forge.ts); its adapter is seen by the composition root alone.',
      severity: 'error',
      from: {
        path: `^services/(${SERVICES})/src/`,
        pathNot: [TESTS, `^services/(${SERVICES})/src/(app\\.ts$|forges/)`],
      },
      to: { path: `^services/(${SERVICES})/src/forges/` },
    },
    {
      name: 'one-folder-knows-agents-files',
      comment: 'The manager asks a runtime for its places (runtimes/places.ts): where the files are, and whether on this host, is its own.',
      severity: 'error',
      from: { path: '^services/agent-manager/src/', pathNot: [TESTS, '^services/agent-manager/src/runtimes/'] },
      to: { path: '^services/agent-manager/src/runtimes/(host-places|host-checks|instance-directories)\\.ts$' },
    },
    {
      name: 'worker-only-contracts',
      comment: 'What runs inside an agent’s container knows the protocol and nothing of the team server.',
      severity: 'error',
      from: { path: '^worker/src/', pathNot: TESTS },
      to: { path: '^(libs|services|standalone|demo|infra|web|e2e|bench)/', pathNot: '^libs/contracts/' },
    },
    {
      name: 'no-testing-in-product',
      comment: 'Test equipment is imported by tests, e2e and bench only.',
      severity: 'error',
      from: { path: '^(libs|services|worker|web|standalone|demo|infra)/', pathNot: [TESTS, '^libs/testing/'] },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'no-tests-in-product',
      comment: 'A test, contract suite or fixture is not product code.',
      severity: 'error',
      from: { path: '^(libs|services|worker|web|standalone|demo|infra)/', pathNot: [TESTS, '^libs/testing/'] },
      to: { path: '\\.(unit|int|svelte)\\.test\\.ts$|\\.(contract|fixture|fixtures)\\.ts$' },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'declared-dependencies-only',
      comment: 'A package imports what its own package.json names: hoisting must not decide what works.',
      severity: 'error',
      // The tools are the root's own.
      from: { pathNot: '^tools/' },
      // Test tools are the root's, one version for all.
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], pathNot: '(^|/)node_modules/(vitest|fast-check)/' },
    },
    {
      name: 'no-unresolvable',
      severity: 'error',
      from: {},
      // What the framework makes while it builds the pages is in no file, and a package of types alone has none to import.
      to: { couldNotResolve: true, pathNot: '^(\\$app/|\\./\\$types|@octokit/openapi-types$)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(build|\\.svelte-kit|\\.turbo|golden|sample-repository)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
