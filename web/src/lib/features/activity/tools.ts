import type { IconName } from '#lib/ui/icons.ts';

export interface ToolWords {
  readonly icon: IconName;
  readonly verb: string;
  /** What it was done to: a path, a command, a pattern. */
  readonly target: string;
}

const field = (input: unknown, name: string): string => {
  const value = typeof input === 'object' && input !== null ? (input as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

/** Paths as a person thinks of them: from the checkout, not from the machine's root. */
export function shortPath(path: string): string {
  return path.replace(/^.*\/(?:checkouts\/[^/]+|checkout|workspace)\//, '');
}

/** One line for a tool call: what was done to what. Unknown tools are named as they are. */
export function describeTool(tool: string, input: unknown): ToolWords {
  const path = shortPath(field(input, 'file_path') || field(input, 'path') || field(input, 'notebook_path'));
  switch (tool) {
    case 'Bash':
      return { icon: 'terminal', verb: 'Ran', target: firstLine(field(input, 'command')) };
    case 'Read':
      return { icon: 'file', verb: 'Read', target: path };
    case 'Write':
      return { icon: 'edit', verb: 'Wrote', target: path };
    case 'Edit':
    case 'MultiEdit':
    case 'NotebookEdit':
      return { icon: 'edit', verb: 'Edited', target: path };
    case 'Glob':
    case 'Grep':
      return { icon: 'search', verb: 'Searched', target: field(input, 'pattern') };
    case 'LS':
      return { icon: 'list', verb: 'Listed', target: path };
    case 'TodoWrite':
      return { icon: 'list', verb: 'Updated its to-do list', target: '' };
    case 'Task':
    case 'Agent':
      return { icon: 'people', verb: 'Asked a sub-agent', target: field(input, 'description') };
    case 'WebFetch':
    case 'WebSearch':
      return { icon: 'external', verb: 'Looked up', target: field(input, 'url') || field(input, 'query') };
    default:
      return describeMcp(tool, input);
  }
}

const OWN: Readonly<Record<string, { icon: IconName; verb: string; of: string }>> = {
  report_progress: { icon: 'pulse', verb: 'Reported', of: 'step' },
  complete_phase: { icon: 'checkCircle', verb: 'Handed over', of: 'phase' },
  ask_question: { icon: 'question', verb: 'Asked', of: 'question' },
  request_dependency: { icon: 'key', verb: 'Asked for', of: 'name' },
  report_error: { icon: 'xCircle', verb: 'Reported an error', of: 'message' },
  request_review: { icon: 'eye', verb: 'Asked for a review', of: 'summary' },
  answer_thread: { icon: 'message', verb: 'Answered a thread', of: 'text' },
  create_issues: { icon: 'issue', verb: 'Proposed issues', of: '' },
  read_issue: { icon: 'issue', verb: 'Read issue', of: 'number' },
  checkpoint: { icon: 'check', verb: 'Noted', of: 'note' },
  create_pr: { icon: 'merge', verb: 'Proposed a pull request', of: 'title' },
};

function describeMcp(tool: string, input: unknown): ToolWords {
  const name = tool.startsWith('mcp__') ? (tool.split('__').at(-1) ?? tool) : tool;
  const own = OWN[name];
  if (own !== undefined) return { icon: own.icon, verb: own.verb, target: firstLine(field(input, own.of)) };
  return { icon: 'flow', verb: name.replaceAll('_', ' '), target: '' };
}

/** The file a call changed; null when it changed none. */
export function editedFile(tool: string, input: unknown): string | null {
  if (!['Edit', 'MultiEdit', 'Write', 'NotebookEdit'].includes(tool)) return null;
  return field(input, 'file_path') || field(input, 'notebook_path') || null;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
