import { text } from './strings.ts';

/** What is wrong with a path or address as it is typed; null when nothing is. The server looks closer. */
export function checkSource(kind: 'path' | 'git', value: string): string | null {
  if (value.trim() === '') return null;
  if (kind === 'path') return value.startsWith('/') ? null : text.pathRule;
  return /^(https:\/\/[^\s@]+\/\S+|ssh:\/\/\S+\/\S+|[\w.-]+@[\w][\w.-]*:\S+)$/.test(value.trim()) ? null : text.urlRule;
}
