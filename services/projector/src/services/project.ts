import { serviceRow } from '@claude-codex/contracts/live/service';
import { rowModel } from '../live/row-model.ts';
import { foldService, isServiceEvent } from './fold-service.ts';

/** What the installation and its workspaces depend on, and how it is. */
export const serviceModel = rowModel({ row: serviceRow, concerns: isServiceEvent, fold: foldService });
