import type { TerminalServerMessage } from '@claude-codex/contracts';
import { reconnectDelay } from '#lib/live/resume.ts';

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'attached'; readonly readOnly: boolean }
  | { readonly kind: 'unavailable' | 'ended'; readonly detail: string };

interface Screen {
  write(bytes: Uint8Array): void;
  /** The server sends the screen and scrollback anew after each attach. */
  clear(): void;
  size(): { cols: number; rows: number };
}

/** The WebSocket to an instance's terminal: reconnects by itself, starts over from the server's snapshot. */
export class TerminalLink {
  state = $state.raw<LinkState>({ kind: 'connecting' });
  readonly #instanceId: string;
  readonly #screen: Screen;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(instanceId: string, screen: Screen) {
    this.#instanceId = instanceId;
    this.#screen = screen;
  }

  open(): void {
    clearTimeout(this.#timer);
    const { cols, rows } = this.#screen.size();
    const protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(
      `${protocol}//${location.host}/api/instances/${this.#instanceId}/terminal?cols=${cols}&rows=${rows}`,
    );
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    let fresh = true;
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (typeof event.data === 'string') {
        this.#hear(JSON.parse(event.data) as TerminalServerMessage);
        return;
      }
      if (fresh) this.#screen.clear();
      fresh = false;
      this.#screen.write(new Uint8Array(event.data));
    };
    socket.onclose = () => this.#lost();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }

  send(text: string): void {
    if (this.state.kind !== 'attached' || this.state.readOnly || this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(new TextEncoder().encode(text));
  }

  resize(): void {
    const { cols, rows } = this.#screen.size();
    if (this.#socket?.readyState === WebSocket.OPEN && cols > 1 && rows > 0) {
      this.#socket.send(JSON.stringify({ type: 'resize', cols, rows }));
    }
  }

  #hear(message: TerminalServerMessage): void {
    if (message.type === 'attached') {
      this.#attempt = 0;
      this.state = { kind: 'attached', readOnly: message.readOnly };
    } else this.state = { kind: message.type, detail: message.detail };
  }

  #lost(): void {
    this.#socket = null;
    // What the server said last is the reason; only a silent loss is tried again by itself.
    if (this.#closed || this.state.kind === 'ended' || this.state.kind === 'unavailable') return;
    this.state = { kind: 'lost' };
    this.#timer = setTimeout(() => this.open(), reconnectDelay(this.#attempt++));
  }
}
