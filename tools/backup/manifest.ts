import { z } from 'zod';

/** Counts up when an older release could no longer read what this one writes. */
export const FORMAT = 1;

const written = { bytes: z.number(), sha256: z.string() };

/** Says what else is in the archive; its last entry, so that a cut-off archive has none. */
export const Manifest = z.object({
  format: z.literal(FORMAT),
  /** Release that made it. */
  version: z.string(),
  madeAt: z.iso.datetime(),
  epoch: z.string(),
  /** Of the last event in it. */
  position: z.number(),
  migrations: z.array(z.string()),
  /** Which key opens the sealed values, and whether it is in here; null when there was none yet. */
  masterKey: z.object({ fingerprint: z.string(), inside: z.boolean() }).nullable(),
  tables: z.array(
    z.object({
      name: z.string().regex(/^[a-z_]+\.[a-z_]+$/),
      columns: z.array(z.string().regex(/^[a-z_]+$/)),
      rows: z.number(),
      ...written,
    }),
  ),
  /** Paths below the data directory. */
  files: z.array(z.object({ path: z.string(), ...written })),
});
export type Manifest = z.infer<typeof Manifest>;

/** What a manifest of any format has. */
export const AnyManifest = z.object({ format: z.number(), version: z.string() });

/** Names of the archive's entries: `rows/<table>/<part>`, `files/<path below the data directory>`, and these. */
export const MANIFEST_ENTRY = 'manifest.json';
export const KEY_ENTRY = 'master.key';
