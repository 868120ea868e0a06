export { DEMO_MODEL, type DemoModel, type DemoModelOptions, startDemoModel } from './model-server.ts';
export { createSampleRepository } from './sample-repository.ts';
