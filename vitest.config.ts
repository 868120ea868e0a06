import { defineConfig } from 'vitest/config';

// Generated or foreign: the sample repository's own tests are an agent's work, not ours.
const exclude = ['**/node_modules/**', '**/build/**', '**/.svelte-kit/**', 'demo/sample-repository/**', '.codex/**'];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['**/*.unit.test.ts'], exclude, sequence: { groupOrder: 0 } } },
      {
        // Real servers and processes: few at a time, so that a slow machine measures waiting and not contention.
        test: {
          name: 'int',
          include: ['**/*.int.test.ts'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'rules',
          include: ['tools/**/*.test.ts'],
          exclude: [...exclude, '**/*.int.test.ts'],
          testTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
