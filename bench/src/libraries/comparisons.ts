import type { Comparison } from './comparison.ts';
import { demultiplexer } from './measures/demultiplexer.ts';
import { guesses } from './measures/guesses.ts';
import { patch } from './measures/patch.ts';
import { routes } from './measures/routes.ts';
import { upstream } from './measures/upstream.ts';

export const comparisons: Readonly<Record<string, Comparison>> = { demultiplexer, patch, routes, upstream, guesses };
