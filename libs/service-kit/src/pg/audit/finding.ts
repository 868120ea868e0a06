/** What one check of the doctor found. `ok` null: it could not be checked here, and `detail` says why. */
export interface Finding {
  /** I1–I10 of the promise, or a short name. */
  id: string;
  title: string;
  ok: boolean | null;
  detail: string;
}
