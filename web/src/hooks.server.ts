import type { Handle, HandleFetch, HandleServerError, ServerInit } from '@sveltejs/kit/hooks';
import { readInLoadsOnly } from '#lib/api/client.ts';

export const init: ServerInit = () => readInLoadsOnly();

/** What a page reads while it is rendered is asked of the gateway it is rendered in. */
export const handleFetch: HandleFetch = ({ event, request, fetch }) => {
  const { origin, pathname } = new URL(request.url);
  if (event.platform === undefined || origin !== event.url.origin || !pathname.startsWith('/api/'))
    return fetch(request);
  return event.platform.api(request);
};

/** The answers go along with the page; what they are made of is the one header that is looked at (`lib/api/client.ts`). */
export const handle: Handle = ({ event, resolve }) =>
  resolve(event, { filterSerializedResponseHeaders: (name) => name === 'content-type' });

/** What a page was not meant to meet; refusals and unknown addresses are pages of their own. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind === 'unknown') event.platform?.report(error);
};
