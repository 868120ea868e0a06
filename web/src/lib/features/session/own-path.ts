/** Only addresses of this site: `//other.host` and `https:` would lead away after signing in. */
export function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path);
}
