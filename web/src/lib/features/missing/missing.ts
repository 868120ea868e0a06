import { ID_PATTERN } from '@claude-codex/contracts/id-pattern';
import { cutText } from '@claude-codex/contracts/text';
import { isCurrent, NAV } from '#lib/features/frame/nav.ts';
import { isTab, TABS } from '#lib/features/task/tabs.ts';

/** What is not there, why that may be, and where to go on. */
export interface Missing {
  readonly title: string;
  readonly detail: string;
  readonly links: readonly { readonly href: string; readonly label: string }[];
}

const [BOARD] = NAV;
const board = { href: BOARD?.href ?? '/', label: BOARD?.title ?? 'Board' };
const others = NAV.filter(({ href, atForge }) => href !== board.href && atForge === undefined).map(
  ({ href, title }) => ({ href, label: title }),
);
/** What of an address is repeated to its reader. */
const LONGEST = 60;

/** For an address that leads to nothing, by what it seems to be of. */
export function missingAt(pathname: string): Missing {
  const [, place, id = '', tab = ''] = pathname.split('/').map(decoded);
  if (place === 'tasks' && ID_PATTERN.test(id) && tab !== '' && !isTab(tab)) return missingTab(id, tab);
  if (place === 'tasks' && id !== '') return missingTask(id);
  const near = NAV.find(({ href }) => href !== '/' && isCurrent(href, pathname));
  return {
    title: 'There is nothing at this address',
    detail:
      near === undefined
        ? 'It was moved or removed, or the address has a slip in it.'
        : `${near.title} is one page: what you look for may be on it, under another address.`,
    links: near === undefined ? [board, ...others] : [{ href: near.href, label: near.title }, board],
  };
}

export function missingTask(id: string): Missing {
  const links = [board, ...others.slice(0, 1)];
  if (!ID_PATTERN.test(id))
    return {
      title: 'There is no such task',
      detail: `${quoted(id)} is not the id of a task, which has 26 small letters and digits: the address was cut off or has a slip in it.`,
      links,
    };
  return {
    title: 'There is no such task',
    detail:
      'There is no task of this id in this workspace: the address is of another server or workspace, or has a slip.',
    links,
  };
}

/** `when` is a time for people to read. */
export function deletedTask(who: string, when: string): Missing {
  return {
    title: 'This task was deleted',
    detail: `${who} deleted it, ${when}. What it changed in its repository stays.`,
    links: [board],
  };
}

function missingTab(id: string, tab: string): Missing {
  return {
    title: 'There is nothing at this address',
    detail: `${quoted(tab)} is no part of a task: it has ${TABS.map(({ title }) => title).join(', ')}.`,
    links: [{ href: `/tasks/${id}`, label: 'The task' }, board],
  };
}

function quoted(text: string): string {
  return `“${text.length > LONGEST ? `${cutText(text, LONGEST)}…` : text}”`;
}

/** An address can hold what is no text. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
