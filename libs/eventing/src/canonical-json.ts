/**
 * JSON with sorted keys and without `undefined`: equal values give equal text, whatever the order they were built in.
 * For plain data, as events hold it. Written out by hand because it runs for every append, and a `JSON.stringify` with
 * a replacer takes several times as long.
 */
export function canonicalJson(value: unknown): string {
  return textOf(value) ?? 'null';
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') return JSON.stringify(value);
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member = textOf((value as Record<string, unknown>)[key]);
    if (member !== undefined) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${member}`;
  }
  return `{${text}}`;
}
