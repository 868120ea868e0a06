const FULL = /ENOSPC|EDQUOT|no space left on device|disk quota exceeded/i;

/** Git and the engine say it in their own words, so the words of every cause count. */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  const words = [code, error.message, 'stderr' in error ? String(error.stderr) : ''].join(' ');
  return FULL.test(words) || isDiskFull(error.cause);
}
