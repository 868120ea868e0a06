import { expect, it } from 'vitest';
import { imageTypeOf } from './image-type.ts';

it.each([
  ['\x89PNG\r\n\x1a\n....', 'image/png'],
  ['\xff\xd8\xff\xe0', 'image/jpeg'],
  ['GIF89a..', 'image/gif'],
  ['RIFF....WEBPVP8 ', 'image/webp'],
  ['\0\0\0 ftypavif', 'image/avif'],
  ['\0\0\x01\0\x01', 'image/x-icon'],
  ['BM......', 'image/bmp'],
  ['<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', null],
  ['<?xml version="1.0"?><svg/>', null],
  ['<!doctype html><script>alert(1)</script>', null],
  [' \x89PNG\r\n\x1a\n', null],
  ['version https://git-lfs.github.com/spec/v1', null],
  ['', null],
])('%j is %s', (content, type) => expect(imageTypeOf(Buffer.from(content, 'latin1'))).toBe(type));
