/** Signing in begins with nothing to read: a page for everybody, made in the browser. */
export const ssr = false;
