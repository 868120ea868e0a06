const PAUSE_MS = 3_000;

/**
 * Reads again what could not be read, for as long as that is so: a page that was opened while the server was away shows
 * what it is for as soon as it is back. Call while a component is set up.
 */
export function againWhile(failed: () => boolean, read: () => Promise<void>): void {
  $effect(() => {
    if (!failed()) return undefined;
    const timer = setInterval(() => void read(), PAUSE_MS);
    const now = () => void read();
    window.addEventListener('online', now);
    return () => {
      clearInterval(timer);
      window.removeEventListener('online', now);
    };
  });
}
