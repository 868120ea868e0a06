import { explain } from '#lib/api/client.ts';

export interface Toast {
  readonly id: number;
  readonly tone: 'done' | 'failed';
  readonly text: string;
  readonly href: string | null;
}

/** Short words about what just happened, read out by screen readers, gone after a few seconds. */
class Toasts {
  list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  say(text: string, href: string | null = null): void {
    this.#add({ tone: 'done', text, href });
  }

  /** For what somebody wanted and cannot have. */
  refuse(text: string): void {
    this.#add({ tone: 'failed', text, href: null });
  }

  fail(error: unknown): void {
    const words = explain(error);
    this.#add({ tone: 'failed', text: words.detail ? `${words.title}. ${words.detail}` : words.title, href: null });
  }

  dismiss(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, 'id'>): void {
    const id = this.#next++;
    this.list = [...this.list.slice(-2), { ...toast, id }];
    setTimeout(() => this.dismiss(id), toast.tone === 'failed' ? 9000 : 5000);
  }
}

export const toasts = new Toasts();
