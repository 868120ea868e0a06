import { open } from 'node:fs/promises';

export interface BundleHeader {
  refs: { sha: string; name: string }[];
  prerequisites: string[];
  /** Where the pack starts in the file. */
  packOffset: number;
}

export class BundleInvalid extends Error {
  readonly code = 'BUNDLE_INVALID';

  constructor(message: string, options?: ErrorOptions) {
    super(`The bundle was refused: ${message}`, options);
    this.name = 'BundleInvalid';
  }
}

const HEADER_LIMIT = 64 * 1024;

/**
 * Reads the text part of a git bundle (`gitformat-bundle`): signature, prerequisites, refs, empty line. Bundles with a
 * filter are refused: they are incomplete on purpose.
 */
export async function readBundleHeader(path: string): Promise<BundleHeader> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_LIMIT), 0, HEADER_LIMIT, 0);
    return parseBundleHeader(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

export function parseBundleHeader(bytes: Buffer): BundleHeader {
  const end = bytes.indexOf('\n\n');
  if (end === -1) throw new BundleInvalid('it has no header, or one that is too long');
  const [signature = '', ...lines] = bytes.subarray(0, end).toString('utf8').split('\n');
  if (!/^# v[23] git bundle$/.test(signature)) throw new BundleInvalid('it is not a git bundle');
  const header: BundleHeader = { refs: [], prerequisites: [], packOffset: end + 2 };
  for (const line of lines) {
    const prerequisite = /^-([0-9a-f]{40,64})(?: |$)/.exec(line)?.[1];
    const ref = /^([0-9a-f]{40,64}) (\S+)$/.exec(line);
    if (prerequisite !== undefined) header.prerequisites.push(prerequisite);
    else if (ref?.[1] !== undefined && ref[2] !== undefined) header.refs.push({ sha: ref[1], name: ref[2] });
    else if (!line.startsWith('@object-format=')) throw new BundleInvalid('its header has an unknown line');
  }
  if (header.refs.length === 0) throw new BundleInvalid('it holds no ref');
  return header;
}
