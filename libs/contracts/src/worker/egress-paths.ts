/**
 * Routes egress serves on an instance's socket (plain HTTP over the unix socket; the relay inside the worker makes it
 * `http://127.0.0.1:<port>`): `/v1/*` to the model provider, `/mcp` to the MCP service, `PUT /blobs` takes a body and
 * answers `{ "blobId": "…" }`, `GET /healthz` answers 200. Apart from the schemas: the agent's side does without them.
 */
export const EGRESS_PATHS = { model: '/v1', mcp: '/mcp', blobs: '/blobs', health: '/healthz' } as const;
