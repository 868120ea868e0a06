import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BlobStore, BlobTooLarge } from './blobs.ts';

/** What every BlobStore does. That of a further host removes nothing, so there is nothing to say of it. */
export function blobsContract(
  name: string,
  open: () => Promise<{ blobs: BlobStore; close(): Promise<void> }>,
  { removes = true }: { removes?: boolean } = {},
): void {
  describe(`blobs: ${name}`, () => {
    let under: Awaited<ReturnType<typeof open>>;
    let blobs: BlobStore;
    const MISSING = '0'.repeat(64);

    beforeAll(async () => {
      under = await open();
      blobs = under.blobs;
    });
    afterAll(() => under.close());

    it('names a body by its content, whichever way it comes', async () => {
      const blobId = createHash('sha256').update('hello world').digest('hex');
      expect(await blobs.put(Buffer.from('hello world'), { maxBytes: 100 })).toEqual({ blobId, bytes: 11 });
      const pieces = Readable.from([Buffer.from('hello '), Buffer.from('world')]);
      expect(await blobs.put(pieces, { maxBytes: 100 })).toEqual({ blobId, bytes: 11 });
      expect(await text(await blobs.get(blobId))).toBe('hello world');
      expect((await blobs.read(blobId, 11)).toString()).toBe('hello world');
      expect(await blobs.stat(blobId)).toEqual({ bytes: 11 });
    });

    it('reads a piece of a body, and no more than there is', async () => {
      const { blobId } = await blobs.put(Buffer.from('hello world'), { maxBytes: 100 });
      const piece = async (at: number, bytes: number) => text(await blobs.get(blobId, { at, bytes }));
      expect([await piece(0, 5), await piece(6, 100), await piece(3, 0), await piece(11, 5)]).toEqual([
        'hello',
        'world',
        '',
        '',
      ]);
      await expect(blobs.get(MISSING, { at: 0, bytes: 1 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    });

    if (removes) {
      it('forgets what it was told to, once and for all who ask', async () => {
        const { blobId } = await blobs.put(Buffer.from('not for long'), { maxBytes: 100 });
        await blobs.remove(blobId);
        await blobs.remove(blobId);
        expect(await blobs.stat(blobId)).toBeNull();
        await expect(blobs.get(blobId)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });
    }

    it('keeps an empty body too', async () => {
      const { blobId } = await blobs.put(Buffer.alloc(0), { maxBytes: 0 });
      expect(await blobs.stat(blobId)).toEqual({ bytes: 0 });
      expect((await blobs.read(blobId, 0)).length).toBe(0);
    });

    it('keeps nothing of a body that is too large', async () => {
      const endless = Readable.from(
        (function* () {
          for (;;) yield Buffer.alloc(1000, 'x');
        })(),
      );
      await expect(blobs.put(endless, { maxBytes: 5000 })).rejects.toBeInstanceOf(BlobTooLarge);
      const blobId = createHash('sha256').update('x'.repeat(5001)).digest('hex');
      await expect(blobs.put(Buffer.alloc(5001, 'x'), { maxBytes: 5000 })).rejects.toBeInstanceOf(BlobTooLarge);
      expect(await blobs.stat(blobId)).toBeNull();
    });

    it('keeps nothing of a body that breaks off', async () => {
      const body = new Readable({ read: () => undefined });
      const stored = blobs.put(body, { maxBytes: 100 });
      body.push('half');
      body.destroy(new Error('connection lost'));
      await expect(stored).rejects.toThrow('connection lost');
      expect(await blobs.stat(createHash('sha256').update('half').digest('hex'))).toBeNull();
    });

    it('stores the same body from many callers at once', async () => {
      const stored = await Promise.all(
        Array.from({ length: 20 }, () => blobs.put(Buffer.from('same'), { maxBytes: 10 })),
      );
      expect(new Set(stored.map((blob) => blob.blobId)).size).toBe(1);
    });

    it('does not read more than asked, nor what is not there', async () => {
      const { blobId } = await blobs.put(Buffer.from('twelve bytes'), { maxBytes: 100 });
      await expect(blobs.read(blobId, 11)).rejects.toBeInstanceOf(BlobTooLarge);
      for (const unknown of [MISSING, '../../etc/passwd', '', 'a'.repeat(63)]) {
        expect(await blobs.stat(unknown)).toBeNull();
        await expect(blobs.get(unknown)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        await expect(blobs.read(unknown, 10)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      }
    });
  });
}
