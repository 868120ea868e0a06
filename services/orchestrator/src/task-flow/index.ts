export { createTaskFlow } from './task-flow.ts';
