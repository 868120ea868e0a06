import { isUtf8 } from 'node:buffer';
import type { ApprovedDocument, PhaseDefinition, WorkerDocument } from '@claude-codex/contracts';
import { shown } from '@claude-codex/contracts/hidden-characters';
import { DOCUMENTS_FOLDER } from '@claude-codex/contracts/worker/protocol';
import { type BlobStore, BlobTooLarge } from '@claude-codex/service-kit/blobs';

export interface ReadDocument {
  /** Path in the checkout of whoever wrote it. */
  readonly path: string;
  /** Null when it is too large to be handed on. */
  readonly content: Buffer | null;
}

/** Who is told, as far as it matters for where a document is put. */
export interface Reader {
  /** The phase it works on. */
  readonly phase: Pick<PhaseDefinition, 'deliverables' | 'requiresChanges'> | null;
  /** Its home, as it sees it itself. */
  readonly home: string;
  /** Whether its supervisor puts documents into its files; those of earlier releases do not. */
  readonly putsDocuments: boolean;
}

/** What an agent is told, and the documents its supervisor puts into its files first. */
export interface Told {
  readonly text: string;
  readonly documents: WorkerDocument[];
}

/** All documents of a message together: with it they are one line, of which the supervisor takes 16 MiB. */
const MAX_BYTES = 8 * 1024 * 1024;
/** A message is paid for with every turn, so a longer document is a file only: its agent reads what it needs of it. */
const QUOTED_LENGTH = 30_000;

/** Documents as the log names them, with what they hold. */
export async function readDocuments(
  { blobs }: { blobs: Pick<BlobStore, 'read'> },
  documents: readonly ApprovedDocument[],
): Promise<ReadDocument[]> {
  const read: ReadDocument[] = [];
  let room = MAX_BYTES;
  for (const { path, blobId } of documents) {
    const content = await readUpTo(blobs, blobId, room);
    room -= content?.length ?? 0;
    read.push({ path, content });
  }
  return read;
}

async function readUpTo(blobs: Pick<BlobStore, 'read'>, blobId: string, maxBytes: number): Promise<Buffer | null> {
  try {
    return await blobs.read(blobId, maxBytes);
  } catch (error) {
    if (error instanceof BlobTooLarge) return null;
    throw error;
  }
}

/** A message to an agent, behind it the documents it brings along, and those as files. */
export function withDocuments(text: string, documents: readonly ReadDocument[], reader: Reader): Told {
  const sections = documents.map((document) => section(document, reader));
  const files = documents.flatMap(({ path, content }) =>
    content === null ? [] : [{ place: placeOf(path, reader), path, base64: content.toString('base64') }],
  );
  return { text: [text, ...sections].join('\n\n'), documents: reader.putsDocuments ? files : [] };
}

/**
 * What the phase itself hands over is part of the work, and so is everything where only documents are handed over. To a
 * phase that hands over changes the others are for reading: in its checkout they would become part of the change.
 */
function placeOf(path: string, { phase }: Reader): WorkerDocument['place'] {
  const isWork = phase !== null && (phase.deliverables.includes(path) || !phase.requiresChanges);
  return isWork ? 'checkout' : 'home';
}

function section({ path, content }: ReadDocument, reader: Reader): string {
  const name = `Document ${oneLine(path)}`;
  if (content === null)
    return `${name} is larger than what can be handed on (${MAX_BYTES / 1024 ** 2} MB with all others). Ask for what you need of it.`;
  const text = isUtf8(content) ? content.toString('utf8') : null;
  const quoted = text === null ? null : `<document>\n${text.trimEnd()}\n</document>`;
  if (!reader.putsDocuments) return `${name} (put it into the file first):\n${quoted ?? 'It is no text. Ask for it.'}`;
  const file =
    placeOf(path, reader) === 'checkout'
      ? `the file ${oneLine(path)} of your checkout`
      : `the file ${reader.home}/${DOCUMENTS_FOLDER}/${oneLine(path)}, to read only`;
  if (text === null) return `${name} is no text. It is ${file}.`;
  if (text.length > QUOTED_LENGTH) return `${name} is too long to be shown here. All of it is ${file}: read it first.`;
  return `${name}, which is also ${file}:\n${quoted}`;
}

function oneLine(path: string): string {
  return shown(path).replace(/\s+/g, ' ');
}
