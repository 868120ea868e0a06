declare global {
  namespace App {
    interface Platform {
      /** Answers a request to our own API under the cookie of whoever asked for the page, without leaving the process. */
      readonly api: (request: Request) => Promise<Response>;
      /** Something a page could not be rendered for, for the gateway's log. */
      readonly report: (error: unknown) => void;
    }
  }
}

export {};
