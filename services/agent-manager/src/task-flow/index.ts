export { approvedDocuments } from './approved-documents.ts';
export type { TaskFlowPorts } from './ports.ts';
export { createTaskFlow } from './task-flow.ts';
