import type { Plugin } from 'vite';

/** One page of the site and the files its first view needs, as addresses. */
interface PageFiles {
  /** Source of a regular expression over the path. */
  readonly page: string;
  readonly scripts: readonly string[];
}
/** The part of a bundle's chunk that is needed here. */
interface Chunk {
  readonly type: 'chunk' | 'asset';
  readonly moduleIds?: readonly string[];
  readonly imports?: readonly string[];
}

const EVERYWHERE = ['routes/+layout.svelte'];
const FRAME = [...EVERYWHERE, 'routes/(app)/+layout.svelte', 'routes/(app)/+layout.ts'];
const TASK = [...FRAME, 'routes/(app)/tasks/[id]/[[tab]]/+page.svelte'];
const ID = '/tasks/[0-9a-z]{26}';

/** Pages by their path, with the modules that their first view is made of; what those import comes along. */
const PAGES: readonly (readonly [page: string, modules: readonly string[]])[] = [
  ['^/$', [...FRAME, 'routes/(app)/+page.svelte']],
  ['^/attention$', [...FRAME, 'routes/(app)/attention/+page.svelte', 'lib/ui/markdown.ts']],
  [`^${ID}(/activity)?$`, [...TASK, 'lib/ui/markdown.ts']],
  [`^${ID}/changes$`, [...TASK, 'lib/features/changes/Changes.svelte']],
  [`^${ID}/documents$`, [...TASK, 'lib/features/documents/Documents.svelte']],
  [`^${ID}/terminal$`, [...TASK, 'lib/features/terminal/Terminal.svelte']],
  [`^${ID}/events$`, [...TASK, 'lib/features/events/Events.svelte']],
];

/**
 * Writes `page-files.json` beside the built site. The gateway names a page's files in a `Link` header, so that a browser
 * fetches them all at once instead of learning of each from the one before.
 * @throws when a module listed here is in no chunk: it was moved, and its page would load in a chain again.
 */
export function pageFiles(base: string): Plugin {
  return {
    name: 'page-files',
    applyToEnvironment: ({ name }) => name === 'client',
    generateBundle(_options, bundle) {
      const chunks = bundle as unknown as Readonly<Record<string, Chunk>>;
      const pages = PAGES.map(([page, modules]) =>
        filesOf(
          chunks,
          page,
          modules.map((module) => `${base}/${module}`),
        ),
      );
      this.emitFile({ type: 'asset', fileName: 'page-files.json', source: JSON.stringify(pages) });
    },
  };
}

function filesOf(chunks: Readonly<Record<string, Chunk>>, page: string, modules: readonly string[]): PageFiles {
  const scripts = new Set<string>();
  const take = (file: string) => {
    const chunk = chunks[file];
    if (chunk === undefined || scripts.has(file)) return;
    scripts.add(file);
    for (const other of chunk.imports ?? []) take(other);
  };
  for (const module of modules) {
    const [file] = Object.entries(chunks).find(([, chunk]) => chunk.moduleIds?.includes(module)) ?? [];
    if (file === undefined) throw new Error(`No chunk holds ${module}, which the page ${page} begins with`);
    take(file);
  }
  const address = (file: string) => `/${file}`;
  return { page, scripts: [...scripts].map(address) };
}
