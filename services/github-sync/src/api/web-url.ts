/** Where people look at a GitHub whose API is there: `https://api.github.com` gives `https://github.com`. */
export function webUrlOf(apiUrl: string): string {
  const url = new URL(apiUrl);
  if (url.hostname === 'api.github.com') return 'https://github.com';
  // Of an Enterprise server the API is a path of the same host; one with a subdomain for it has no path.
  const host = url.pathname === '/' ? url.host.replace(/^api\./, '') : url.host;
  return `https://${host}`;
}
