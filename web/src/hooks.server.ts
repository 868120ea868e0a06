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
export const handle: Handle = ({ event, resolve }) =>
  resolve(event, {
    filterSerializedResponseHeaders: (name) => name === 'content-type',
    preload: () => false,
  });

/** What a page was not meant to meet; refusals and unknown addresses are pages of their own. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind === 'unknown') event.platform?.report(error);
};
