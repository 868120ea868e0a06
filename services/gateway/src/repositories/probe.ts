import { type ErrorCode, PROBE_MS, ProbeRepositoryAnswer, type RepositorySource } from '@claude-codex/contracts';
import { HTTP_STATUS } from '@claude-codex/contracts/errors';
import { SAMPLE } from '@claude-codex/contracts/sample';
import { subjects } from '@claude-codex/contracts/subjects';
import { cutText } from '@claude-codex/contracts/text';
import type { Bus } from '@claude-codex/service-kit/bus';
import { requestJson } from '@claude-codex/service-kit/bus-json';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { problemOf } from '../commands/problems.ts';

/** A busy machine answers late; a person still waits in front of the form. */
const TIMEOUT_MS = PROBE_MS + 6_000;

/** Lets the git service look at the repository before it is connected. Throws a problem that names the field that is wrong. */
export async function probe(
  bus: Bus,
  source: RepositorySource,
  baseBranch: string | null,
): Promise<ProbeRepositoryAnswer> {
  const found = await ask(bus, source);
  if (!found.ok) throw notUsable(source, found);
  if (baseBranch !== null && !found.branches.includes(baseBranch)) {
    const expected = `one of: ${found.branches.slice(0, 20).join(', ')}`;
    throw new Problem('INVALID_BRANCH', {
      detail: `The repository has no branch ${baseBranch}.`,
      errors: [{ field: 'body.baseBranch', code: 'INVALID_BRANCH', expected }],
    });
  }
  return found;
}

async function ask(bus: Bus, source: RepositorySource): Promise<ProbeRepositoryAnswer> {
  try {
    const subject = subjects.git.probeRepository;
    return await requestJson(bus, subject, { source }, ProbeRepositoryAnswer, { timeoutMs: TIMEOUT_MS });
  } catch (error) {
    throw problemOf(error);
  }
}

function notUsable(source: RepositorySource, { code, detail }: ProbeRepositoryAnswer): Problem {
  const status = (HTTP_STATUS as Record<string, number>)[code] ?? 500;
  const known: ErrorCode = status < 500 ? (code as ErrorCode) : 'INVALID_PATH';
  const field = { sample: 'body.source', path: 'body.source.path', git: 'body.source.url', forge: 'body.source.url' }[
    source.kind
  ];
  return new Problem(known, {
    detail,
    errors: [{ field, code: known, expected: 'a git repository that can be read' }],
  });
}

/** The sample by its own name; otherwise the last part of the path or address, as `git clone` would name the folder. */
export function nameOf(source: RepositorySource): string {
  if (source.kind === 'sample') return SAMPLE.name;
  const place = source.kind === 'path' ? source.path : source.url;
  // Of a clone, `.git` is where git keeps it and says nothing of it.
  const last = place.split(/[/:]/).findLast((part) => !['', '.', '.git'].includes(part)) ?? '';
  return cutText(last.replace(/\.git$/, '').replace(/\p{Cc}+/gu, ' '), 80) || 'repository';
}
