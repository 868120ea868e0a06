/** Something a person said, in words an agent can do something with. */
export interface Said {
  /** What it was said about; what follows each other about the same stands under it once. */
  readonly about: string;
  readonly text: string;
}
