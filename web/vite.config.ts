import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig, type Plugin } from 'vite';
import { gatewayAdapter } from './gateway-adapter.ts';
import { pageFiles } from './page-files.ts';

/** Where `npm run dev` finds the gateway; the built site is served by the gateway itself. */
const gateway = process.env.CODEX_GATEWAY_URL ?? 'http://127.0.0.1:8080';

/** The page's own inline scripts: allowed by their hashes, like the one SvelteKit adds. */
const page = readFileSync(new URL('src/app.html', import.meta.url), 'utf8');
const hashes = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
  ([, code = '']) => `sha256-${createHash('sha256').update(code).digest('base64')}` as const,
);

/** SvelteKit's own module of a layout, page or error, by the route it belongs to: they are numbered, and numbers move. */
const isNodeOf = (id: string, routes: readonly string[]) =>
  /[\\/]client-optimized[\\/]nodes[\\/]\d+\.js$/.test(id) &&
  routes.some((route) => readFileSync(id, 'utf8').includes(`/src/routes/${route}"`));

/**
 * Few files instead of many small ones: a browser asks for six at a time, so every further file is another round trip.
 * What every page needs is one file, what a task's pages share another; the rest stays with the page or the click that
 * asks for it. A group takes what its modules import along, unless a group of higher priority has it.
 */
const BASE =
  /node_modules[\\/](svelte|esm-env|clsx|devalue)[\\/]|@sveltejs[\\/]kit[\\/](?!.*[\\/]bundle\.js)|rolldown[\\/]runtime|preload-helper|client-optimized[\\/](app|matchers)\.js|src[\\/]lib[\\/]((ui[\\/](?!Dialog|LoadedMenu|markdown\.ts))|live[\\/](?!task)|api[\\/]|format[\\/]|features[\\/]frame[\\/]|features[\\/]task[\\/](act|state|tabs|StateBadge|PhaseDots)|features[\\/]board[\\/]keys|features[\\/]palette[\\/]theme|views[\\/](ErrorView|FrameView))|src[\\/]routes[\\/](\+|\(app\)[\\/]\+layout)/;
const TASK =
  /node_modules[\\/](marked|dompurify)[\\/]|src[\\/]lib[\\/](ui[\\/]markdown\.ts|live[\\/]task|views[\\/](TaskView|task-tabs)|features[\\/](task|activity)[\\/]|features[\\/]attention[\\/](?!seal))|src[\\/]routes[\\/]\(app\)[\\/]tasks[\\/]/;
const CHUNKS = [
  {
    name: 'base',
    test: (id: string) => BASE.test(id) || isNodeOf(id, ['+layout.svelte', '+error.svelte', '(app)/+layout.svelte']),
    priority: 3,
  },
  {
    name: 'parts',
    test: /node_modules[\\/](bits-ui|@floating-ui|svelte-toolbelt|runed)|src[\\/]lib[\\/]ui[\\/](Dialog|LoadedMenu)/,
    priority: 2,
  },
  {
    name: 'task',
    test: (id: string) => TASK.test(id) || isNodeOf(id, ['(app)/tasks/[id]/[[tab]]/+page.svelte']),
    priority: 1,
  },
  { name: 'changes', test: /src[\\/]lib[\\/]features[\\/]changes[\\/](?!lexer)/, priority: 0 },
];

/** SvelteKit's one entry for everything, yet split as above: as it splits by itself, a page begins with seven files more. */
const chunks: Plugin = {
  name: 'chunks',
  apply: 'build',
  config: {
    order: 'post',
    handler: (config) => {
      const output = config.environments?.client?.build?.rolldownOptions?.output;
      if (output === undefined || Array.isArray(output))
        throw new Error('SvelteKit configures its client elsewhere now');
      output.codeSplitting = { groups: CHUNKS };
    },
  },
};

export default defineConfig({
  plugins: [
    tailwindcss(),
    pageFiles(fileURLToPath(new URL('src', import.meta.url))),
    sveltekit({
      adapter: gatewayAdapter(fileURLToPath(new URL('build', import.meta.url)), gateway),
      paths: { relative: false },
      output: { bundleStrategy: 'single' },
      csp: {
        mode: 'hash',
        directives: {
          'default-src': ['none'],
          // libsodium is WebAssembly; nothing else may be compiled or evaluated.
          'script-src': ['self', 'wasm-unsafe-eval', ...hashes],
          // xterm and bits-ui place style elements of their own; they cannot run anything.
          'style-src': ['self', 'unsafe-inline'],
          'img-src': ['self', 'data:', 'blob:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          'manifest-src': ['self'],
          'worker-src': ['self'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
          'object-src': ['none'],
        },
      },
    }),
    chunks,
  ],
  // The gateway renders with this build alone.
  ssr: { noExternal: true },
  server: { proxy: { '/api': { target: gateway, ws: true } } },
  build: { target: 'es2023' },
});
