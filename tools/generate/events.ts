import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as contracts from '@claude-codex/contracts';
import { typeInWords } from '@claude-codex/service-kit/settings/type-in-words';
import { z } from 'zod';
import { keyComments } from './comments.ts';
import { type GeneratedFile, MARK, ROOT, table } from './output.ts';

const SOURCES = join(ROOT, 'libs/contracts/src');

/** Aggregates in the order a task meets them, with the file their events are in. */
const AGGREGATES: readonly { title: string; stream: string; folder: string; events: Record<string, z.ZodType> }[] = [
  { title: 'Workspace', stream: 'workspace-<id>', folder: 'workspace', events: contracts.workspaceEvents },
  { title: 'Task numbers', stream: 'counter-<workspaceId>', folder: 'workspace', events: contracts.counterEvents },
  { title: 'Repository', stream: 'repository-<id>', folder: 'repository', events: contracts.repositoryEvents },
  { title: 'Task', stream: 'task-<id>', folder: 'task', events: contracts.taskEvents },
  { title: 'Instance', stream: 'instance-<id>', folder: 'instance', events: contracts.instanceEvents },
  { title: 'Question', stream: 'question-<id>', folder: 'question', events: contracts.questionEvents },
  { title: 'Dependency', stream: 'dependency-<id>', folder: 'dependency', events: contracts.dependencyEvents },
  { title: 'Review', stream: 'review-<id>', folder: 'review', events: contracts.reviewEvents },
  {
    title: 'Proposed issues',
    stream: 'proposal-<id>',
    folder: 'issue-proposal',
    events: contracts.issueProposalEvents,
  },
  { title: 'Thread', stream: 'thread-<commentId>', folder: 'thread', events: contracts.threadEvents },
  { title: 'Pull request', stream: 'pullrequest-<id>', folder: 'pull-request', events: contracts.pullRequestEvents },
  { title: 'Usage', stream: 'usage-<instanceId>', folder: 'usage', events: contracts.usageEvents },
  { title: 'Tools', stream: 'tools-<instanceId>', folder: 'usage', events: contracts.toolsEvents },
  {
    title: 'Connection to a forge',
    stream: 'forge-<id>',
    folder: 'forge-connection',
    events: contracts.forgeConnectionEvents,
  },
  {
    title: 'Command in a comment at a forge',
    stream: 'command-<id>',
    folder: 'forge-command',
    events: contracts.forgeCommandEvents,
  },
  { title: 'Connected service', stream: 'service-<id>', folder: 'service', events: contracts.serviceEvents },
];

/** `docs/generated/events.md`: every event, its version, and what it says. */
export function eventCatalogue(): GeneratedFile {
  const listed = new Set(AGGREGATES.flatMap(({ events }) => Object.keys(events)));
  const missing = Object.keys(contracts.EVENT_SCHEMAS).filter((type) => !listed.has(type));
  if (missing.length > 0) throw new Error(`the catalogue does not know where to put ${missing.join(', ')}`);
  const folders = new Set(AGGREGATES.map(({ folder }) => folder));
  const unknown = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('/events.ts'))
    .filter((path) => !folders.has(path.slice(0, -'/events.ts'.length)));
  if (unknown.length > 0) throw new Error(`the catalogue does not read ${unknown.join(', ')}`);

  const content = [
    MARK,
    '# Events',
    `${listed.size} facts, in the words of the product. Every event also carries who did it, on whose behalf, what led to it, ` +
      'when, and in which workspace ([envelope](../../libs/contracts/src/envelope.ts)). A stored event is read for ever: ' +
      'one of each type and version is kept in [golden](../../libs/contracts/golden).',
    ...AGGREGATES.map(sectionOf),
  ];
  return { path: 'docs/generated/events.md', content: `${content.join('\n\n')}\n` };
}

function sectionOf({ title, stream, folder, events }: (typeof AGGREGATES)[number]): string {
  const comments = keyComments(join(SOURCES, folder, 'events.ts'));
  const rows = Object.entries(events).map(([type, schema]) => {
    const { version } = contracts.EVENT_TYPES[type as contracts.EventType];
    return [`\`${type}\``, String(version), fieldsOf(schema), comments.get(type) ?? ''];
  });
  const source = `[source](../../libs/contracts/src/${folder}/events.ts)`;
  return `## ${title}\n\nStream \`${stream}\` · ${source}\n\n${table(['event', 'version', 'data', ''], rows)}`;
}

function fieldsOf(schema: z.ZodType): string {
  if (!(schema instanceof z.ZodObject)) return typeInWords(schema);
  const fields = Object.entries(schema.shape).map(([name, field]) => `\`${name}\` ${typeInWords(field as z.ZodType)}`);
  return fields.length === 0 ? '—' : fields.join('<br>');
}
