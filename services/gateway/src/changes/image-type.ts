const ascii = (bytes: Buffer, from: number, to: number) => bytes.toString('latin1', from, to);

/**
 * What a content is by its own first bytes; null for everything that is no picture, whatever it is called. SVG is not
 * among them: it can hold a script.
 */
export function imageTypeOf(bytes: Buffer): string | null {
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png';
  if (ascii(bytes, 0, 3) === '\xff\xd8\xff') return 'image/jpeg';
  if (/^GIF8[79]a/.test(ascii(bytes, 0, 6))) return 'image/gif';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp';
  if (/^ftypavi[fs]$/.test(ascii(bytes, 4, 12))) return 'image/avif';
  if (ascii(bytes, 0, 4) === '\0\0\x01\0') return 'image/x-icon';
  if (ascii(bytes, 0, 2) === 'BM') return 'image/bmp';
  return null;
}
