/**
 * Money with two digits; what is not nothing but below a cent says so. By hand, like the times: the browser's formatters
 * load the rules of a language first, 10 to 30 ms before the first page shows anything.
 */
export function money(usd: number): string {
  if (usd > 0 && usd < 0.005) return '<$0.01';
  return `$${usd.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')}`;
}

/** What work cost so far; null before the first priced answer of a model: nobody knows, and nothing is not the same. */
export function spent(usd: number): string | null {
  return usd > 0 ? money(usd) : null;
}

/** `950`, `12.4k`, `1.2M`. */
export function compact(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_950) return `${trim(count / 1000)}k`;
  return `${trim(count / 1_000_000)}M`;
}

/** Bytes in binary units: `640 B`, `1.5 KB`, `3 MB`. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  if (count < 1024 ** 2) return `${trim(count / 1024)} KB`;
  return `${trim(count / 1024 ** 2)} MB`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function trim(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(1).replace(/\.0$/, '');
}

const grouped = new Intl.NumberFormat('en-US');
/** `12,345`: for numbers that are compared with each other, so no digit is left out. */
export function count(value: number): string {
  return grouped.format(value);
}
