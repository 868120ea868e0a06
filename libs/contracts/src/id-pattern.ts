/** What an id looks like, for pages: without the schemas that come with `ids.ts`. */
export const ID_PATTERN = /^[0-9a-hjkmnp-tv-z]{26}$/;
