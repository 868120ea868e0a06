import { z } from 'zod';
import { addHook } from '../actions/hooks.ts';
import { created, cursorPage, NO_CONTENT, ok, page } from '../http/answers.ts';
import { type RepositoryCall, type Route, repositoryRoute } from '../http/routes.ts';
import { notFound, validationFailed } from '../refusal.ts';
import { deliveryShape, hookShape, longDelivery } from '../shapes/hook.ts';
import type { Hook } from '../state.ts';
import type { Delivery } from '../webhooks/delivery.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';

const HOOKS = { permission: 'repository_hooks', role: 'admin' } as const;
const Create = z.object({
  name: z.literal('web').optional(),
  active: z.boolean().optional(),
  events: z.array(z.string()).optional(),
  config: z.object({
    url: z.url(),
    content_type: z.enum(['json', 'form']).optional(),
    secret: z.string().optional(),
    insecure_ssl: z.union([z.string(), z.number()]).optional(),
  }),
});
const HOOK = '/hooks/{hook_id}';

export function hookRoutes(webhooks: Webhooks): readonly Route[] {
  const deliveriesOf = (hook: Hook) => webhooks.deliveries.filter((delivery) => delivery.hook === hook);
  const deliveryOf = (call: RepositoryCall): Delivery => {
    const delivery = deliveriesOf(hookOf(call)).find(({ id }) => id === Number(call.params.delivery_id));
    if (delivery === undefined) throw notFound();
    return delivery;
  };

  return [
    repositoryRoute('repos/list-webhooks', 'GET', '/hooks', HOOKS, (call) =>
      page(call, [...call.repository.hooks.values()], (hook) => hookShape(call.world.at, call.repository, hook)),
    ),

    repositoryRoute('repos/create-webhook', 'POST', '/hooks', { ...HOOKS, body: Create }, (call) => {
      const { world, repository, body } = call;
      const { url, secret, content_type: contentType = 'form' } = body.config;
      if ([...repository.hooks.values()].some((hook) => hook.url === url)) {
        const message = 'Hook already exists on this repository';
        throw validationFailed({ resource: 'Hook', code: 'custom', message });
      }
      const { events = ['push'], active } = body;
      const hook = addHook(world, webhooks, repository, { url, secret, contentType, events, active });
      return created(hookShape(world.at, repository, hook));
    }),

    repositoryRoute('repos/delete-webhook', 'DELETE', HOOK, HOOKS, (call) => {
      call.repository.hooks.delete(hookOf(call).id);
      return NO_CONTENT;
    }),

    repositoryRoute('repos/ping-webhook', 'POST', `${HOOK}/pings`, HOOKS, (call) => {
      const { world, repository } = call;
      const hook = hookOf(call);
      webhooks.ping(repository, hook, hookShape(world.at, repository, hook));
      return NO_CONTENT;
    }),

    repositoryRoute('repos/list-webhook-deliveries', 'GET', `${HOOK}/deliveries`, HOOKS, (call) =>
      cursorPage(call, deliveriesOf(hookOf(call)).reverse(), deliveryShape),
    ),

    repositoryRoute('repos/get-webhook-delivery', 'GET', `${HOOK}/deliveries/{delivery_id}`, HOOKS, (call) =>
      ok(longDelivery(deliveryOf(call))),
    ),

    repositoryRoute(
      'repos/redeliver-webhook-delivery',
      'POST',
      `${HOOK}/deliveries/{delivery_id}/attempts`,
      HOOKS,
      (call) => {
        webhooks.redeliver(deliveryOf(call).id);
        return { status: 202, body: {} };
      },
    ),
  ];
}

function hookOf({ repository, params }: RepositoryCall): Hook {
  const hook = repository.hooks.get(Number(params.hook_id));
  if (hook === undefined) throw notFound();
  return hook;
}
