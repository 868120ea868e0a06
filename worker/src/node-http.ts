/**
 * Node's `node:http`, fetched instead of imported: an import reads every name the module has, and behind `WebSocket`
 * stands Node's whole fetch and WebSocket client, 8 MB in each process that never uses it.
 */
export const nodeHttp = process.getBuiltinModule('node:http');
