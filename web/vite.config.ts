import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds the gateway; the built site is served by the gateway itself. */
const gateway = process.env.CODEX_GATEWAY_URL ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [
    tailwindcss(),
    sveltekit({
      adapter: adapter({ fallback: 'index.html', precompress: true }),
      csp: {
        mode: 'hash',
        directives: {
          'default-src': ['self'],
          // libsodium is WebAssembly; nothing else may be compiled or evaluated.
          'script-src': ['self', 'wasm-unsafe-eval'],
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
});
