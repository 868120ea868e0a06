import type { IncomingHttpHeaders } from 'node:http';

/** When and why the provider said "limit reached", from its headers; the time is null when it did not say. */
export function rateLimitOf(headers: IncomingHttpHeaders, now: Date): { resetsAt: string | null; detail: string } {
  const resets = Object.entries(headers)
    .filter(([name]) => /^anthropic-ratelimit-.*reset$/.test(name) && isExhausted(headers, name))
    .flatMap(([name, value]) => timesOf(name, value));
  const last = resets.sort((a, b) => b.at.getTime() - a.at.getTime())[0];
  if (last !== undefined) return { resetsAt: last.at.toISOString(), detail: last.name };
  const seconds = Number(headers['retry-after']);
  if (headers['retry-after'] === undefined || !Number.isFinite(seconds))
    return { resetsAt: null, detail: 'no reset time given' };
  return { resetsAt: new Date(now.getTime() + seconds * 1000).toISOString(), detail: 'retry-after' };
}

/** Several limits are reported side by side; those with something left are not why the call was refused. */
function isExhausted(headers: IncomingHttpHeaders, resetName: string): boolean {
  const remaining = headers[resetName.replace(/reset$/, 'remaining')];
  return remaining === undefined || Number(remaining) === 0;
}

/** Resets come as seconds since 1970 (unified limits) or as ISO 8601 (the others). */
function timesOf(name: string, value: string | string[] | undefined): { name: string; at: Date }[] {
  const text = String(value);
  const at = /^\d+$/.test(text) ? new Date(Number(text) * 1000) : new Date(text);
  return Number.isNaN(at.getTime()) ? [] : [{ name: name.replace(/-?reset$/, ''), at }];
}
