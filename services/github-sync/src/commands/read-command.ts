import { CommandVerb, MAX_COMMAND_TEXT } from '@claude-codex/contracts/forge-command/events';
import { cleanText, cutText } from '@claude-codex/contracts/text';

/** What a comment wants. */
export type Wish =
  | { readonly kind: 'command'; readonly verb: CommandVerb; readonly text: string; readonly isImplied: boolean }
  | { readonly kind: 'status' }
  /** Said to us, and nothing we know. */
  | { readonly kind: 'unknown' };

/** Anybody's comment gets here, of up to 65,536 characters: each of these reads its line once, whatever is in it. */
const CALL = /^\/codex(?:[ \t]+|$)/i;
const NAME = /^[^ \t]*/;
/** The number of an option, alone in its line. */
const NUMBER = /^\d{1,3}[.)]?[ \t]*$/;
const QUOTED = /^[ \t]{0,3}>/;

/**
 * What a comment wants of us, by its first line alone: what is quoted there, stands in a code block, or comes later is
 * no command. A number alone in that line is an answer, if something is asked. Null: nothing.
 */
export function readCommand(body: string): Wish | null {
  const [first = '', ...rest] = body.replaceAll('\r\n', '\n').split('\n');
  // What somebody quotes below their words is not theirs.
  const below = rest.filter((line) => !QUOTED.test(line)).join('\n');
  if (NUMBER.test(first)) return command('answer', `${first}\n${below}`, true);
  const [call] = CALL.exec(first) ?? [];
  if (call === undefined) return null;
  const called = first.slice(call.length);
  const [name = ''] = NAME.exec(called) ?? [];
  const wanted = name.trim().toLowerCase();
  if (wanted === 'status') return { kind: 'status' };
  const verb = CommandVerb.safeParse(wanted);
  return verb.success ? command(verb.data, `${called.slice(name.length)}\n${below}`, false) : { kind: 'unknown' };
}

function command(verb: CommandVerb, text: string, isImplied: boolean): Wish {
  return { kind: 'command', verb, text: cutText(cleanText(text.trim()), MAX_COMMAND_TEXT), isImplied };
}
