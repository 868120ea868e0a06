import { isVisible } from '@claude-codex/contracts/hidden-characters';
import { z } from 'zod';

/** Lengths that fit any honest use, so that one call cannot fill an event or a screen. */
export const shortText = z.string().trim().min(1).max(200).refine(isVisible, 'must have a character that can be seen');
export const longText = z.string().trim().min(1).max(4_000);
export const documentText = z.string().trim().min(1).max(20_000);

/** A file of the checkout: relative, inside it, and no place of git's own. */
export const checkoutPath = z
  .string()
  .min(1)
  .max(500)
  .refine(isInsideCheckout, 'must be a path inside the checkout, relative to it, such as docs/plan.md');

function isInsideCheckout(path: string): boolean {
  if (path.startsWith('/') || path.includes('\\') || path.includes('\u0000')) return false;
  const parts = path.split('/');
  return !parts.some((part) => part === '' || part === '.' || part === '..') && parts[0] !== '.git';
}
