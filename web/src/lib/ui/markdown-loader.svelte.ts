/** The renderer once it is there, so that what is shown later is right from its first frame and nothing moves. */
class MarkdownLoader {
  render = $state.raw<((source: string) => string) | null>(null);
  #loading: Promise<void> | null = null;

  /** Loads the renderer; called again it only waits. A failed load is tried anew by the next call. */
  load(): Promise<void> {
    this.#loading ??= import('./markdown.ts').then(
      ({ renderMarkdown }) => {
        this.render = renderMarkdown;
      },
      (error: unknown) => {
        this.#loading = null;
        throw error;
      },
    );
    return this.#loading;
  }
}

export const markdownLoader = new MarkdownLoader();
