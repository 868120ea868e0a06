/** What a sandboxed program sees of the machine, besides the programs everybody needs. Absolute paths of this host. */
export interface SandboxView {
  /** The same paths inside, and writable: checkout and home. */
  readonly writable: readonly string[];
  /** The same paths inside, not writable: the directory of the door's socket. */
  readonly readable: readonly string[];
  /** Becomes `/tmp`; on the disk, so that what lies there is no memory nobody counts. */
  readonly temporary: string;
  /** One of the above. */
  readonly workingDirectory: string;
}

/** Keeps a program to what it was given: own file view, processes and network. Adapters: `bubblewrap`, `seatbelt`. */
export interface Sandbox {
  /** For people: "bubblewrap 0.8.0". */
  readonly label: string;
  /** The whole command line that runs `command` in a new sandbox, never as root. */
  wrap(view: SandboxView, command: readonly string[]): string[];
  /** The whole command line that runs `command` in a sandbox that is there; `leader` is the process id of its first process. */
  enter(view: SandboxView, leader: number, command: readonly string[]): string[];
  /** Compiled rules for system calls, read by the sandbox from `DESCRIPTORS.rules`; null where there are none. */
  readonly rules: Buffer | null;
}

/** Descriptors the launcher gives to the sandbox; nothing inside has them. */
export const DESCRIPTORS = { rules: 5, facts: 6 } as const;
