import { access, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const SESSION_ID = /^[0-9a-f-]{36}$/;

/** The file Claude Code keeps of a session: `HOME/.claude/projects/<folder of the checkout>/<session>.jsonl`. */
export async function findTranscript(home: string, sessionId: string): Promise<string | null> {
  if (!SESSION_ID.test(sessionId)) return null;
  const projects = join(home, '.claude', 'projects');
  const folders = await readdir(projects).catch(() => []);
  for (const folder of folders) {
    const path = join(projects, folder, `${sessionId}.jsonl`);
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
}

export async function readTranscript(home: string, sessionId: string): Promise<string | null> {
  const path = await findTranscript(home, sessionId);
  return path === null ? null : readFile(path, 'utf8');
}
