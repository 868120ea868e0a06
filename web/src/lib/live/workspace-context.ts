import { createContext } from 'svelte';
import type { Workspace } from './workspace.svelte.ts';

/** The workspace of the page a component is on: the browser has one, the server one for every page it renders. */
export const [useWorkspace, provideWorkspace] = createContext<Workspace>();
