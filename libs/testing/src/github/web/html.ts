export interface Page {
  readonly status: number;
  /** HTML, or where to go on. */
  readonly html?: string;
  readonly location?: string;
}

/** Text as HTML: titles and comments are written by anybody. */
export function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function link(to: string, label: string): string {
  return `<a href="${text(to)}">${text(label)}</a>`;
}

/** A page that says what it is. @param body HTML */
export function page(title: string, body: string, status = 200): Page {
  const style = 'body{font:16px/1.5 sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}pre{overflow:auto}';
  const notice = '<p><em>A stand-in of GitHub, for trying things out.</em></p>';
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${text(title)}</title>`;
  const html = `<!doctype html><html lang="en">${head}<style>${style}</style>${notice}<h1>${text(title)}</h1>${body}`;
  return { status, html };
}

export function seeOther(location: string): Page {
  return { status: 303, location };
}

/** A form with one button for each thing that can be done. @param fields HTML above the buttons */
export function form(action: string, fields: string, buttons: Readonly<Record<string, string>>): string {
  const shown = Object.entries(buttons).map(
    ([value, label]) => `<button name="do" value="${text(value)}">${text(label)}</button>`,
  );
  return `<form method="post" action="${text(action)}">${fields}<p>${shown.join(' ')}</p></form>`;
}
