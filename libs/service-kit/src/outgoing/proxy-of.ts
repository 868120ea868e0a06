/** The variables by which operators say how programs reach the network. Small letters win, as in curl. */
export const PROXY_VARIABLES = [
  'HTTP_PROXY',
  'http_proxy',
  'HTTPS_PROXY',
  'https_proxy',
  'NO_PROXY',
  'no_proxy',
] as const;

export type ProxyVariables = Readonly<Partial<Record<(typeof PROXY_VARIABLES)[number], string>>>;

/** Those of them that are set. */
export function proxyVariables(env: Readonly<Record<string, string | undefined>>): ProxyVariables {
  return Object.fromEntries(
    PROXY_VARIABLES.flatMap((name) =>
      env[name] === undefined || env[name] === '' ? [] : [[name, env[name]] as const],
    ),
  );
}

/** The proxy that leads to an https host, or null when it is reached directly. */
export function httpsProxyFor(host: string, port: number, variables: ProxyVariables): URL | null {
  const proxy = variables.https_proxy ?? variables.HTTPS_PROXY;
  if (proxy === undefined) return null;
  const exempt = (variables.no_proxy ?? variables.NO_PROXY ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  return exempt.some((entry) => exempts(entry.toLowerCase(), host, port)) ? null : new URL(proxy);
}

function exempts(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  const [name = '', onlyPort] = /:\d+$/.test(entry) ? entry.split(':') : [entry];
  if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
  const suffix = name.replace(/^\*?\.?/, '');
  return host === suffix || host.endsWith(`.${suffix}`);
}
