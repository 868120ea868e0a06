import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { pageFiles } from './page-files.ts';

/** Where `npm run dev` finds the gateway; the built site is served by the gateway itself. */
const gateway = process.env.CODEX_GATEWAY_URL ?? 'http://127.0.0.1:8080';

/** The page's own inline script (the theme, before the first paint): allowed by its hash, like the one SvelteKit adds. */
const page = readFileSync(new URL('src/app.html', import.meta.url), 'utf8');
const [, themeScript = ''] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
const themeHash = `sha256-${createHash('sha256').update(themeScript).digest('base64')}` as const;

/**
 * Few files instead of many small ones: a browser asks for six at a time, so every further file is another round trip.
 * What every page needs is one file, what a task's pages share another; the rest stays with the page or the click that
 * asks for it. A group takes what its modules import along, unless a group of higher priority has it.
 */
const CHUNKS = [
  // All that the entry needs to begin, apart on purpose: the page fills the payload before the runtime is evaluated. When
  // the entry imports a file that holds the runtime too, the runtime sees no version, believes the server was updated, and
  // reloads every page that does not exist for ever.
  {
    name: 'payload',
    test: /@sveltejs[\\/]kit[\\/].*[\\/]client[\\/]payload\.js|rolldown[\\/]runtime|preload-helper/,
    priority: 4,
  },
  {
    name: 'base',
    test: /node_modules[\\/](svelte|esm-env|clsx|devalue)[\\/]|@sveltejs[\\/]kit[\\/](?!.*[\\/](client-entry|entry)\.js)|src[\\/]lib[\\/]((ui[\\/](?!Dialog|LoadedMenu|markdown\.ts))|live[\\/](?!task)|api[\\/]|format[\\/]|features[\\/]frame[\\/]|features[\\/]task[\\/](act|state|tabs|StateBadge|PhaseDots)|features[\\/]board[\\/]keys|features[\\/]palette[\\/]theme|views[\\/]ErrorView)/,
    priority: 3,
  },
  {
    name: 'parts',
    test: /node_modules[\\/](bits-ui|@floating-ui|svelte-toolbelt|runed)|src[\\/]lib[\\/]ui[\\/](Dialog|LoadedMenu)/,
    priority: 2,
  },
  {
    name: 'task',
    test: /node_modules[\\/](marked|dompurify)[\\/]|src[\\/]lib[\\/](ui[\\/]markdown\.ts|live[\\/]task|features[\\/](task|activity)[\\/]|features[\\/]attention[\\/](?!seal))/,
    priority: 1,
  },
  { name: 'changes', test: /src[\\/]lib[\\/]features[\\/]changes[\\/](?!lexer)/, priority: 0 },
];

export default defineConfig({
  plugins: [
    tailwindcss(),
    pageFiles(fileURLToPath(new URL('src', import.meta.url))),
    sveltekit({
      adapter: adapter({ fallback: 'index.html', precompress: true }),
      csp: {
        mode: 'hash',
        directives: {
          'default-src': ['self'],
          // libsodium is WebAssembly; nothing else may be compiled or evaluated.
          'script-src': ['self', 'wasm-unsafe-eval', themeHash],
          // xterm and bits-ui place style elements of their own.
          'style-src': ['self', 'unsafe-inline'],
          'img-src': ['self', 'data:'],
          'connect-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
        },
      },
    }),
  ],
  server: { proxy: { '/api': { target: gateway, ws: true } } },
  build: { target: 'es2023' },
  environments: { client: { build: { rolldownOptions: { output: { codeSplitting: { groups: CHUNKS } } } } } },
});
