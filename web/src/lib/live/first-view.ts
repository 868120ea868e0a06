let over = false;

/**
 * Whether this is the first view of a page: it is rendered on the server, and taken over in the browser. Its loads read
 * everything it shows; later ones show the frame at once and read then. On the server it never ends.
 */
export function isFirstView(): boolean {
  return !over;
}

/** The browser has taken the page over: every button works, and those pressed before are pressed now (`app.html`). */
export function endFirstView(): void {
  if (over) return;
  over = true;
  performance.mark('started');
  document.documentElement.dataset.started = '';
  window.dispatchEvent(new Event('codex:started'));
}
