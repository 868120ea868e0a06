import { browser } from '$app/env';

/** One ticking clock for the page, so that a hundred cards share one timer. */
class Clock {
  #now = $state(Date.now());

  /** Epoch milliseconds. On the server nothing ticks: this module is older than the page that asks. */
  get now(): number {
    return browser ? this.#now : Date.now();
  }

  start(): () => void {
    const tick = () => {
      if (document.visibilityState === 'visible') this.#now = Date.now();
    };
    const timer = setInterval(tick, 1000);
    document.addEventListener('visibilitychange', tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', tick);
    };
  }
}

export const clockNow = new Clock();
