import { repositoryRow } from '@claude-codex/contracts/live/repository';
import { rowModel } from '../live/row-model.ts';
import { foldRepository, isRepositoryEvent } from './fold-repository.ts';

/** Connected repositories as lists and pages show them. */
export const repositoryModel = rowModel({ row: repositoryRow, concerns: isRepositoryEvent, fold: foldRepository });
