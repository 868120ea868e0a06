/** What is to be looked at, and when: each at most once at a time, the most overdue first. Times are in ms since 1970. */
export interface Agenda {
  /** As soon as there is a place. What is at work is looked at once more after that. */
  now(id: string): void;
  /** Not before then. Whatever is wished for earlier wins. */
  at(id: string, time: number): void;
  forget(id: string): void;
  /** Takes what is due, `places` at most. */
  take(time: number, places: number): string[];
  /** It is not at work any more. */
  done(id: string): void;
}

export function createAgenda(): Agenda {
  const due = new Map<string, number>();
  const atWork = new Set<string>();
  const at = (id: string, time: number) => void due.set(id, Math.min(due.get(id) ?? Number.POSITIVE_INFINITY, time));
  return {
    now: (id) => at(id, 0),
    at,
    forget: (id) => void due.delete(id),
    take(time, places) {
      const ready = [...due].filter(([id, when]) => when <= time && !atWork.has(id));
      const taken = ready.sort(([, a], [, b]) => a - b).slice(0, Math.max(places, 0));
      for (const [id] of taken) {
        due.delete(id);
        atWork.add(id);
      }
      return taken.map(([id]) => id);
    },
    done: (id) => void atWork.delete(id),
  };
}
