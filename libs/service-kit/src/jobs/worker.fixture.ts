import { createLogger } from '../log.ts';
import { createBullmqJobs } from './bullmq-jobs.ts';

// Takes one job of the queue and never finishes it: to be killed.
const jobs = createBullmqJobs({
  url: String(process.argv[2]),
  log: createLogger({ service: 'test', level: 'silent' }),
});
jobs.work(
  String(process.argv[3]),
  async () => {
    process.stdout.write('taken');
    await new Promise(() => undefined);
  },
  { concurrency: 1 },
);
