import { idOf, type RecordedDomainEvent, type StreamName, streamOf } from '@claude-codex/contracts';
import { type EventStore, readWholeStream } from '@claude-codex/eventing';
import type { World } from './world.ts';

/** What a world needs to go on with a task that it had forgotten: everything of it before `retried`, in the order of the log. */
export async function readAgain(
  store: Pick<EventStore, 'readStream'>,
  world: Pick<World, 'leftBehind' | 'repositories'>,
  retried: RecordedDomainEvent,
): Promise<{ events: RecordedDomainEvent[]; streams: string[] }> {
  const taskId = idOf(retried.stream);
  const before = async (stream: string) => {
    const events = await readWholeStream(store, stream);
    return events.filter(({ position }) => position < retried.position);
  };
  const own = await before(retried.stream);
  const { members, reviews, repository } = namedIn(own);
  const left = world.leftBehind(taskId);
  // Its repository may have been removed meanwhile.
  const missing = repository !== null && !world.repositories.has(idOf(repository)) ? [repository] : [];
  const others = await Promise.all([...left, ...reviews, ...missing].map(before));
  const events = [own, ...others].flat().sort((a, b) => a.position - b.position);
  return { events, streams: [...left, ...members] };
}

/** What the events of a task lead to. Of the reviews of an attempt only the last one still says something. */
function namedIn(events: readonly RecordedDomainEvent[]) {
  const members = new Set<StreamName>();
  const reviews = new Map<string, StreamName>();
  let repository: StreamName | null = null;
  for (const event of events) {
    if (event.type === 'TaskCreated') repository = streamOf('repository', event.data.repositoryId);
    if (event.type === 'AttemptStarted') members.add(streamOf('instance', event.data.instanceId));
    if (event.type === 'AttemptCompleted' && event.data.reviewId !== null) {
      const review = streamOf('review', event.data.reviewId);
      members.add(review);
      reviews.set(`${event.data.phase} ${event.data.instanceId}`, review);
    }
  }
  return { members, reviews: reviews.values(), repository };
}
