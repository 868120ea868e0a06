import type { ReadModel } from '../read-model.ts';
import { foldWorkspaces } from './fold-workspaces.ts';
import { writeMembers, writeWorkspaces } from './table.ts';

/** Workspaces and who may do what in them. */
export const workspaceModel: ReadModel = {
  tables: ['workspace', 'member'],
  async handle(tx, events) {
    const { workspaces, members } = foldWorkspaces(events);
    await writeWorkspaces(tx, workspaces);
    await writeMembers(tx, members);
  },
};
