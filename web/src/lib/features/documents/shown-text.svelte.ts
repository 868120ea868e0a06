import { textBlob } from '#lib/api/tasks.ts';

/** A revision of a document that is shown, and the one before where both are compared. */
export interface Wanted {
  readonly path: string;
  readonly blobId: string;
  readonly beforeId: string | null;
}
interface Texts {
  readonly path: string;
  readonly source: string;
  readonly before: string | null;
}

/** What is shown of a document stays until its next revision is here: somebody may be writing or reading beside it. */
export class ShownText {
  texts = $state.raw<Texts | null>(null);
  problem = $state.raw<unknown>(null);
  #wanted: Wanted | null = null;

  async read(taskId: string, wanted: Wanted): Promise<void> {
    this.#wanted = wanted;
    this.problem = null;
    const { path, blobId, beforeId } = wanted;
    try {
      const [source, before] = await Promise.all([
        textBlob(taskId, blobId),
        beforeId === null ? null : textBlob(taskId, beforeId),
      ]);
      if (this.#wanted === wanted) this.texts = { path, source, before };
    } catch (error) {
      if (this.#wanted === wanted) this.problem = error;
    }
  }
}
