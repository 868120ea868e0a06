/** Time as a parameter. `now` is milliseconds since 1970; `sleep` ends early, without an error, when aborted. */
export interface Clock {
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
