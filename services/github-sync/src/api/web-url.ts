/** GitHub's own API has a host of its own; a company's is below its pages. Without a slash at its end. */
export function webUrlOf(apiUrl: string): string {
  const { origin } = new URL(apiUrl);
  return origin === 'https://api.github.com' ? 'https://github.com' : origin;
}
