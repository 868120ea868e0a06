import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeHttp } from '../http/node-http.ts';
import { canonicalHost, isMetadata, isPublic, openedHosts } from './addresses.ts';
import { httpsProxyFor, type ProxyVariables } from './proxy-of.ts';

export interface DialerSettings {
  /** Hosts and networks of the operator's own that may be reached; everything else has to be public. */
  readonly opened: readonly string[];
  /** Addresses `host:port` of what this server itself is made of; no setting opens them. */
  readonly controlPlane?: readonly string[];
  /** The operator's way out for https. */
  readonly proxy?: ProxyVariables;
  /** Every failure answers after this time, whatever it was. Default 4 s. */
  readonly failAfterMs?: number;
}

/** The host was not reached. Why is for our log only: it would tell what is in the network behind the server. */
export class HostNotReached extends Error {
  constructor(host: string, options?: ErrorOptions) {
    super(`${host} cannot be reached`, options);
    this.name = 'HostNotReached';
  }
}

export interface Dialer {
  /** Throws `HostNotReached`. `scheme` says which of the operator's proxies would lead there. */
  dial(scheme: 'https' | 'ssh', host: string, port: number): Promise<Socket>;
}

const FAIL_AFTER_MS = 4_000;

/**
 * The one way to an address that a person gave. A name is resolved once, and the connection goes to the very address
 * that was judged, so a name cannot lead somewhere else a moment later. What is refused, unknown, closed or silent fails
 * alike and at the same time.
 */
export function createDialer(settings: DialerSettings): Dialer {
  const { proxy = {}, controlPlane = [], failAfterMs = FAIL_AFTER_MS } = settings;
  const opened = openedHosts(settings.opened);

  async function reach(scheme: 'https' | 'ssh', given: string, port: number, signal: AbortSignal): Promise<Socket> {
    const host = canonicalHost(given);
    if (host === null) throw new Error('it is no name of a host');
    const through = scheme === 'https' ? httpsProxyFor(host, port, proxy) : null;
    const found = await addressesOf(host).catch((error: unknown) => {
      // Behind a proxy names of the internet are often known to that proxy only.
      if (through === null) throw error;
      return [];
    });
    const allowed: string[] = [];
    for (const address of found) if (await mayReach(host, address, port)) allowed.push(address);
    if (found.length > 0 && allowed.length === 0) throw new Error('its address is not open');
    if (through !== null) return tunnel(through, host, port, signal);
    let last: unknown = new Error('it has no address');
    for (const address of allowed) {
      try {
        return await connected(address, port, signal);
      } catch (error) {
        last = error;
      }
    }
    throw last;
  }

  async function mayReach(host: string, address: string, port: number): Promise<boolean> {
    if (isMetadata(address)) return false;
    if (isPublic(address)) return true;
    if (!opened.name(host) && !opened.address(address)) return false;
    for (const place of controlPlane) {
      const [, name = '', itsPort = ''] = /^(.+):(\d+)$/.exec(place) ?? [];
      if (Number(itsPort) !== port) continue;
      if ((await addressesOf(name).catch((): string[] => [])).includes(address)) return false;
    }
    return true;
  }

  return {
    async dial(scheme, host, port) {
      // A signal stays with a connection for ever, so this one never comes once there is a connection.
      const late = new AbortController();
      const failure = sleep(failAfterMs, null, { ref: false });
      let why: unknown = new Error('no answer in time');
      const reached = reach(scheme, host, port, late.signal).catch((cause: unknown) => {
        if (!late.signal.aborted) why = cause;
        return failure;
      });
      const socket = await Promise.race([reached, failure]);
      if (socket !== null) return socket;
      // Looking up a name cannot be aborted, so it is left behind; what it leads to is not connected any more.
      late.abort();
      throw new HostNotReached(host, { cause: why });
    },
  };
}

async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function connected(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

/** A connection through the operator's own proxy, which may ask for a name and a password. */
function tunnel(proxy: URL, host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const target = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  const user = decodeURIComponent(`${proxy.username}:${proxy.password}`);
  const authorization = `Basic ${Buffer.from(user).toString('base64')}`;
  return new Promise((resolve, reject) => {
    const asking = nodeHttp.request({
      host: proxy.hostname.replace(/^\[|\]$/g, ''),
      port: proxy.port || 80,
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...(proxy.username === '' ? {} : { 'proxy-authorization': authorization }) },
      signal,
    });
    asking.once('connect', (answer, socket, head) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        reject(new Error(`the proxy answers with ${answer.statusCode}`));
        return;
      }
      if (head.length > 0) socket.unshift(head);
      // What a request for CONNECT gives back is a plain connection; its type is the wider one of all protocols.
      resolve(socket as Socket);
    });
    asking.once('response', (answer) => {
      answer.resume();
      reject(new Error(`the proxy answers with ${answer.statusCode}`));
    });
    asking.once('error', reject);
    asking.end();
  });
}
