import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Adapter } from '@sveltejs/kit';

/**
 * Writes the site as the gateway takes it: `client/` with the files of the browser, compressed ahead of time, and
 * `server/render.js`, which renders a page. In development pages ask the gateway at `gatewayUrl`.
 */
export function gatewayAdapter(out: string, gatewayUrl: string): Adapter {
  return {
    name: 'gateway-adapter',
    async adapt(builder) {
      rmSync(out, { force: true, recursive: true });
      builder.writeClient(join(out, 'client'));
      builder.writeServer(join(out, 'server'));
      builder.generateServerInstance(join(out, 'server', 'render.js'), { serverDirectory: join(out, 'server') });
      await builder.compress(join(out, 'client'));
    },
    emulate: () => ({
      platform: () => ({
        api: (request) => {
          const { pathname, search } = new URL(request.url);
          return fetch(new URL(pathname + search, gatewayUrl), { headers: request.headers });
        },
        report: (error) => process.stderr.write(`${String(error)}\n`),
      }),
    }),
  };
}
