export const EVENT_STORE_ERRORS = [
  'EVENT_TYPE_UNKNOWN',
  'EVENT_VERSION_UNKNOWN',
  'EVENT_DATA_INVALID',
  'APPEND_INVALID',
  'APPEND_TOO_LARGE',
  'APPEND_CONFLICT',
  'COMMAND_ID_MISUSED',
  'EVENT_STORE_OVERLOADED',
  'EVENT_STORE_UNAVAILABLE',
] as const;
export type EventStoreErrorCode = (typeof EVENT_STORE_ERRORS)[number];

/** What the store refuses, by code. `details` names types, streams and fields; never the data of an event. */
export class EventStoreError extends Error {
  readonly code: EventStoreErrorCode;
  readonly details: Record<string, unknown>;

  constructor(code: EventStoreErrorCode, details: Record<string, unknown> = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(details)}`, options);
    this.name = 'EventStoreError';
    this.code = code;
    this.details = details;
  }
}
