/** A fold of the whole log that can be written down and gone on from. */
export interface Fold<Kept> {
  /** Up to where the log was taken. */
  readonly position: number;
  /** All of it: data only, to be written down before the next event is taken. */
  kept(): Kept;
}

/** Of which log something is, and the last event in it: a log that was put back has other events at the same positions. */
export interface Place {
  readonly epoch: string;
  readonly position: number;
  readonly eventId: string;
}

export interface KeptAt<Kept> {
  readonly place: Place;
  readonly state: Kept;
}

/**
 * Where a fold is written down, to start from. Only saves reading: without it, or with one that does not fit, the log is
 * read. Several processes may share one: whichever was written last is as good as any.
 */
export interface KeptFolds<Kept> {
  /** Null for one that is missing, damaged or of another shape; whether it is of this log is for the caller to see. */
  load(): Promise<KeptAt<Kept> | null>;
  /** Writes it down as it is at the call, whole or not at all. Never fails: what goes wrong is logged. */
  keep(kept: KeptAt<Kept>): Promise<void>;
}
