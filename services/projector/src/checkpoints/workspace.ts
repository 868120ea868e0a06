import { forgeModel } from '../forge-connections/project.ts';
import { combine } from '../read-model.ts';
import { repositoryModel } from '../repositories/project.ts';
import { serviceModel } from '../services/project.ts';
import { workspaceModel } from '../workspaces/project.ts';

/** Raise the number when anything of it changes: the next start builds it anew. */
const VERSION = 8;

/** Who is in a workspace, and what it works with. */
export const workspace = combine('workspace', VERSION, [workspaceModel, repositoryModel, serviceModel, forgeModel]);
