import { strictly } from '@claude-codex/service-kit/http/strictly';
import { ToolSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Tool, ToolDefinition } from './tool.ts';
import { ToolError } from './tool-error.ts';

/** Makes a tool of its definition: arguments are checked to the letter, so a misspelt one is noticed by its writer. */
export function defineTool<Input extends z.ZodType>(definition: ToolDefinition<Input>): Tool {
  const { handler, outputSchema, ...described } = definition;
  const schema = strictly(definition.inputSchema);
  return {
    annotations: { readOnlyHint: false, destructiveHint: false, openWorldHint: false },
    ...described,
    inputSchema: ToolSchema.shape.inputSchema.parse(z.toJSONSchema(schema, { io: 'input' })),
    ...(outputSchema === undefined
      ? {}
      : { outputSchema: ToolSchema.shape.outputSchema.parse(z.toJSONSchema(outputSchema)) }),
    async run(context, args) {
      const parsed = schema.safeParse(args);
      if (!parsed.success) throw argumentsRefused(parsed.error);
      const answer = await handler(context, parsed.data as z.output<Input>);
      return typeof answer === 'string' ? { text: answer } : answer;
    },
  };
}

function argumentsRefused(error: z.ZodError): ToolError {
  const problems = error.issues.map((issue) => {
    const field = issue.path.join('.');
    return field === '' ? issue.message : `${field}: ${issue.message}`;
  });
  const unknown = error.issues.every((issue) => issue.code === 'unrecognized_keys');
  return new ToolError(
    unknown ? 'UNKNOWN_FIELD' : 'INVALID_FIELD',
    problems.join('; '),
    'Correct the arguments and call again.',
  );
}
