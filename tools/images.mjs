// `npm run images`: builds the images of the services and of the agents; tests with containers need the latter.
import { buildImages } from './lib/compose.mjs';
import { runTool } from './lib/run.mjs';
import { answerHelp } from './lib/usage.mjs';

answerHelp(`Usage: npm run images

Builds the images of the services and of the agents.
`);

await runTool(async () => {
  await buildImages();
});
