/** A single page application: everything a page shows needs the session's person, so nothing is rendered ahead. */
export const ssr = false;
export const prerender = false;
