import type { ForgeAppPlan } from '@claude-codex/contracts';
import type { RequestEvent } from '@sveltejs/kit';
import type { Handle, HandleFetch, HandleServerError, ServerInit } from '@sveltejs/kit/hooks';
import { readInLoadsOnly } from '#lib/api/client.ts';

export const init: ServerInit = () => readInLoadsOnly();

/** What a page reads while it is rendered is asked of the gateway it is rendered in. */
export const handleFetch: HandleFetch = ({ event, request, fetch }) => {
  const { origin, pathname } = new URL(request.url);
  if (event.platform === undefined || origin !== event.url.origin || !pathname.startsWith('/api/'))
    return fetch(request);
  // In development the gateway is another process and has to be told who asks; a real one knows.
  const cookie = event.request.headers.get('cookie');
  if (cookie !== null) request.headers.set('cookie', cookie);
  return event.platform.api(request);
};

/**
 * The answers go along with the page; what they are made of is the one header that is looked at (`lib/api/client.ts`). The
 * gateway names the page's code to be fetched, not yet to be compiled: that would take the processor from the first view.
 */
export const handle: Handle = async ({ event, resolve }) => {
  const page = await resolve(event, {
    filterSerializedResponseHeaders: (name) => name === 'content-type',
    preload: () => false,
  });
  if (event.route.id === FORM_LEAVES) await letFormLeave(event, page.headers);
  return page;
};

/** The one page with a form that is sent to somebody else: the forge where an app is made. */
const FORM_LEAVES = '/(app)/settings/github-app';
const OWN_FORMS = "form-action 'self'";

/** For whoever may make one: to where the server says that the forge is, and to nowhere else. */
async function letFormLeave({ platform, url }: RequestEvent, headers: Headers): Promise<void> {
  const policy = headers.get('content-security-policy');
  const answer = await platform?.api(new Request(new URL('/api/forges/github/app', url)));
  if (policy === null || !answer?.ok) return;
  const { webUrl } = (await answer.json()) as ForgeAppPlan;
  headers.set('content-security-policy', policy.replace(OWN_FORMS, `${OWN_FORMS} ${new URL(webUrl).origin}`));
}

/** What a page was not meant to meet; refusals and unknown addresses are pages of their own. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind === 'unknown') event.platform?.report(error);
};
