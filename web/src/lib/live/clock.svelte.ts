/** One ticking clock for the page, so that a hundred cards share one timer. */
class Clock {
  now = $state(Date.now());

  start(): () => void {
    const tick = () => {
      if (document.visibilityState === 'visible') this.now = Date.now();
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
