import type { Step, ToolStep, Work } from './fold.ts';
import { editedFile } from './tools.ts';

/** Tool calls, those of sub-agents too. */
export function toolsIn(steps: readonly Step[]): ToolStep[] {
  return steps.flatMap((step) => (step.kind === 'tool' ? [step, ...toolsIn(step.inside)] : []));
}

export interface WorkSummary {
  readonly milliseconds: number;
  readonly tools: number;
  readonly files: number;
  readonly failedTools: number;
  /** The last words of the run, shown even when it is folded. */
  readonly answer: string | null;
}

export function summarise(work: Work): WorkSummary {
  const tools = toolsIn(work.steps);
  const files = new Set(tools.map((tool) => editedFile(tool.tool, tool.input)).filter((file) => file !== null));
  const last = work.steps.at(-1);
  return {
    milliseconds: Date.parse(work.endAt) - Date.parse(work.at),
    tools: tools.length,
    files: files.size,
    failedTools: tools.filter((tool) => tool.result?.isError).length,
    answer: last?.kind === 'text' ? last.text : null,
  };
}
