import { forgeRow } from '@claude-codex/contracts/live/forge';
import { rowModel } from '../live/row-model.ts';
import { foldForge, isForgeEvent } from './fold-forge.ts';

/** Where a workspace may act at forges, and whether it still may. */
export const forgeModel = rowModel({ row: forgeRow, concerns: isForgeEvent, fold: foldForge });
