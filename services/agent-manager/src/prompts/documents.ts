import type { ApprovedDocument } from '@claude-codex/contracts';
import { shown } from '@claude-codex/contracts/hidden-characters';
import { cutText } from '@claude-codex/contracts/text';
import type { BlobStore } from '@claude-codex/service-kit/blobs';

export interface DocumentText {
  /** Path in the checkout. */
  readonly path: string;
  readonly content: string;
}

const MAX_DOCUMENT_BYTES = 1024 * 1024;
/** A message is paid for with every turn, so a long document is cut. Its checkout may hold no such file, or an older text: it has to ask. */
const SHOWN_LENGTH = 30_000;

/** Documents as the log names them, with their text. */
export async function readDocuments(
  { blobs }: { blobs: BlobStore },
  documents: readonly ApprovedDocument[],
): Promise<DocumentText[]> {
  return Promise.all(
    documents.map(async ({ path, blobId }) => {
      const content = await blobs.read(blobId, MAX_DOCUMENT_BYTES);
      return { path, content: content.toString('utf8') };
    }),
  );
}

/** A message to an agent, and behind it the documents it brings along. */
export function withDocuments(text: string, documents: readonly DocumentText[]): string {
  return [text, ...documents.map(quoted)].join('\n\n');
}

function quoted({ path, content }: DocumentText): string {
  const cut = content.length > SHOWN_LENGTH;
  const text = cut
    ? `${cutText(content, SHOWN_LENGTH)}\n[cut here: the document goes on; ask for the rest when you need it]`
    : content;
  return `Document ${shown(path).replace(/\s+/g, ' ')}:\n<document>\n${text.trimEnd()}\n</document>`;
}
