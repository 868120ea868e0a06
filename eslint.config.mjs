import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

/** Biome looks after .ts; this file is for .svelte only. */
export default ts.config(
  { ignores: ['**/build/**', '**/.svelte-kit/**', '**/node_modules/**'] },
  ...svelte.configs['flat/recommended'].map((config) => ({ ...config, files: ['web/src/**/*.svelte'] })),
  {
    files: ['web/src/**/*.svelte'],
    plugins: { '@typescript-eslint': ts.plugin },
    languageOptions: { parserOptions: { parser: ts.parser } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
      'no-empty': 'error',
      // The gateway serves the site at the root of its own host, so there is no base path to resolve.
      'svelte/no-navigation-without-resolve': 'off',
      'svelte/button-has-type': 'error',
      'svelte/no-at-html-tags': 'error',
      'svelte/no-target-blank': 'error',
      'svelte/require-each-key': 'error',
    },
  },
);
