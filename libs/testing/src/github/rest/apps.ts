import { z } from 'zod';
import { isSelected } from '../access.ts';
import { installationToken, repositoriesOf } from '../actions/apps.ts';
import { created, cursorPage, ok, page } from '../http/answers.ts';
import { appRoute, type Call, type Route, tokenRoute } from '../http/routes.ts';
import { notFound, Refusal } from '../refusal.ts';
import { appShape, convertedApp, installationShape } from '../shapes/app.ts';
import { time } from '../shapes/common.ts';
import { deliveryShape, longDelivery } from '../shapes/hook.ts';
import { repositoryShape } from '../shapes/repository.ts';
import type { Delivery } from '../webhooks/delivery.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import type { App, Installation } from '../world.ts';

const Narrowing = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.int()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write', 'admin'])).optional(),
});
const Nothing = z.unknown();
const DELIVERIES = '/app/hook/deliveries';

export function appRoutes(webhooks: Webhooks): readonly Route[] {
  const deliveriesOf = ({ hook }: App) => webhooks.deliveries.filter((delivery) => delivery.hook === hook);
  const deliveryOf = ({ app, params }: Call & { app: App }): Delivery => {
    const delivery = deliveriesOf(app).find(({ id }) => id === Number(params.delivery_id));
    if (delivery === undefined) throw notFound();
    return delivery;
  };

  return [
    appRoute('apps/get-authenticated', 'GET', '/app', Nothing, ({ world, app }) => ok(appShape(world.at, app))),

    appRoute('apps/list-installations', 'GET', '/app/installations', Nothing, (call) =>
      page(call, [...call.app.installations.values()], (one) => installationShape(call.world.at, one)),
    ),

    appRoute('apps/get-installation', 'GET', '/app/installations/{installation_id}', Nothing, (call) =>
      ok(installationShape(call.world.at, installationOf(call))),
    ),

    appRoute('apps/get-repo-installation', 'GET', '/repos/{owner}/{repo}/installation', Nothing, (call) => {
      const { world, app, params } = call;
      const name = `${params.owner}/${params.repo}`.toLowerCase();
      const found = [...app.installations.values()].find((installation) =>
        repositoriesOf(world, installation).some(({ fullName }) => fullName.toLowerCase() === name),
      );
      if (found === undefined) throw notFound();
      return ok(installationShape(world.at, found));
    }),

    appRoute(
      'apps/create-installation-access-token',
      'POST',
      '/app/installations/{installation_id}/access_tokens',
      Narrowing,
      (call) => {
        const { world, body } = call;
        const { repositories, repository_ids: repositoryIds, permissions } = body;
        const installation = installationOf(call);
        const token = installationToken(world, installation, { repositories, repositoryIds, permissions });
        const chosen = repositoriesOf(world, installation).filter((repository) => isSelected(token, repository));
        return created({
          token: token.value,
          expires_at: time(token.expiresAt ?? new Date()),
          permissions: token.permissions,
          repository_selection: token.repositories === 'all' ? 'all' : 'selected',
          ...(token.repositories === 'all'
            ? {}
            : { repositories: chosen.map((repository) => repositoryShape(world.at, repository)) }),
        });
      },
    ),

    tokenRoute('apps/list-repos-accessible-to-installation', 'GET', '/installation/repositories', (call) => {
      const { world, token } = call;
      if (token.installation === null)
        throw new Refusal(403, 'You must authenticate with an installation access token.');
      const mine = repositoriesOf(world, token.installation).filter((repository) => isSelected(token, repository));
      return page(
        call,
        mine,
        (repository) => repositoryShape(world.at, repository),
        (repositories, total_count) => ({ total_count, repository_selection: 'selected', repositories }),
      );
    }),

    {
      operation: 'apps/create-from-manifest',
      method: 'POST',
      path: '/app-manifests/{code}/conversions',
      handle({ world, params }) {
        const code = params.code ?? '';
        const accepted = world.manifests.get(code);
        if (accepted === undefined) throw notFound();
        // A code is good for one conversion.
        world.manifests.delete(code);
        return created(convertedApp(world.at, accepted.app, accepted.privateKey));
      },
    },

    appRoute('apps/list-webhook-deliveries', 'GET', DELIVERIES, Nothing, (call) =>
      cursorPage(call, deliveriesOf(call.app).reverse(), deliveryShape),
    ),

    appRoute('apps/get-webhook-delivery', 'GET', `${DELIVERIES}/{delivery_id}`, Nothing, (call) =>
      ok(longDelivery(deliveryOf(call))),
    ),

    appRoute('apps/redeliver-webhook-delivery', 'POST', `${DELIVERIES}/{delivery_id}/attempts`, Nothing, (call) => {
      webhooks.redeliver(deliveryOf(call).id);
      return { status: 202, body: {} };
    }),
  ];
}

function installationOf({ app, params }: Call & { app: App }): Installation {
  const installation = app.installations.get(Number(params.installation_id));
  if (installation === undefined) throw notFound();
  return installation;
}
