import { runService } from '@claude-codex/service-kit/service';
import { service } from './service.ts';

await runService(service);
