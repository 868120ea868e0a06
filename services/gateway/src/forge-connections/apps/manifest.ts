import { isIP } from 'node:net';
import { APP_EVENTS, APP_PERMISSIONS } from '@claude-codex/contracts/forge-app';
import { cutText } from '@claude-codex/contracts/text';

/** GitHub takes no longer name of an app. */
export const LONGEST_NAME = 34;
/** The page that a browser comes back to, both when the app was made and when it was installed. */
export const APP_PAGE = '/settings/github-app';

/** What GitHub makes an app of, by the names of its documentation ("Registering a GitHub App from a manifest"). */
export function manifestOf(name: string, publicUrl: URL): Record<string, unknown> {
  const page = new URL(APP_PAGE, publicUrl).href;
  return {
    name,
    url: publicUrl.origin,
    redirect_url: page,
    setup_url: page,
    public: false,
    default_permissions: APP_PERMISSIONS,
    // An app without a webhook is asked how things stand, as a token is.
    ...(isReachable(publicUrl)
      ? { hook_attributes: { url: new URL('/webhooks/github', publicUrl).href }, default_events: APP_EVENTS }
      : {}),
  };
}

/** Whether GitHub could deliver here: by https, to a name that is not this machine's or this network's own. */
export function isReachable({ protocol, hostname }: URL): boolean {
  const isName = hostname.includes('.') && isIP(hostname) === 0;
  return protocol === 'https:' && isName && !/\.(localhost|local|internal|lan|home\.arpa|test)$/.test(hostname);
}

/** A name that nobody else has, as far as can be guessed: GitHub's apps have no two of the same. */
export function nameFor({ hostname }: URL): string {
  return cutText(`Claude Codex ${hostname}`, LONGEST_NAME);
}
