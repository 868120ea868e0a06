import type { ErrorCode } from '@claude-codex/contracts/errors';
import { DomainError } from '@claude-codex/eventing/domain-error';

/** Refuses a command with a code of the contract; `details` name what was wrong. */
export function refuse(code: ErrorCode, details: Record<string, unknown> = {}): never {
  throw new DomainError<ErrorCode>(code, details);
}

/** A command nobody wrote a case for: `tsc` refuses the switch, and a command from elsewhere is refused here. */
export function unknownCommand(command: never): never {
  throw new DomainError<ErrorCode>('MALFORMED_REQUEST', { command: (command as { type?: unknown }).type });
}
