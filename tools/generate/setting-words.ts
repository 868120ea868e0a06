/** Settings that mean the same wherever they stand. */
export const COMMON: Readonly<Record<string, string>> = {
  PORT: 'The port it listens on. 0 takes any that is free.',
  HOST: 'The address it listens on.',
  LOG_LEVEL: 'How much it says: everything from this level on.',
  NATS_URL: 'The bus, with its login: `nats://token@host:4222`.',
  REDIS_URL: 'The queue of jobs.',
  DATABASE_URL: 'The login this service has at Postgres.',
  CODEX_DATA_DIR: 'Where files are kept. The same path for every service of a host, and for its engine.',
  CODEX_BLOBS:
    'Where large things are kept: a directory, an S3-compatible store, or the address of the team server for a further host. By default `blobs` in the data directory.',
  CODEX_S3_KEYS_FILE: 'For `s3://`: a file with the access key id in its first line and the secret in its second.',
  CODEX_HOST_TOKEN_FILE: 'A file with the token further hosts show to the team server, the same on both sides.',
  CODEX_MASTER_KEY_FILE:
    'The file with the key that values people give are encrypted with. Made on the first start; without it they are lost.',
  CODEX_PUBLIC_URL:
    'The address people open, as the browser shows it. Links, cookies and the check of where a request comes from use it.',
  CODEX_SETUP_TOKEN: 'What the one-time link of the first start ends in; by default a random one.',
  CODEX_SAMPLE_REPOSITORY: 'The bare repository behind the sample.',
  CODEX_AGENT_IMAGE: 'The image agents run in. It must be on the engine: nothing is pulled.',
  CODEX_AGENT_SECCOMP: 'The seccomp profile of an agent’s container; by default ours.',
  ANTHROPIC_BASE_URL: 'The model provider.',
  ANTHROPIC_API_KEY: 'The credential of the model provider, as `x-api-key`. No agent ever has it.',
  ANTHROPIC_AUTH_TOKEN: 'The same as a bearer token, for a gateway of your own. Only one of the two.',
  MCP_URL: 'Where the tools of agents are answered.',
  CODEX_WEB_DIR: 'The built pages.',
  CODEX_EGRESS_URL: 'Where the model and the tools of further hosts’ agents are answered.',
  CODEX_HOST_ID:
    'What this host is called, in the activity and on the bus. By default a name of its own that is kept in the data directory: whoever shares that is one host.',
  CODEX_GITHUB_SYNC_URL: 'Where webhooks are passed on to.',
  CODEX_MODEL_LABEL: 'What pages call the model.',
  CODEX_MODEL_SCRIPTED: 'Pages say that a script answers instead of a model.',
  CODEX_VERSION: 'What Health says about the release.',
};

/** What `docker compose` itself reads, beside the settings of services that it passes on. */
export const COMPOSE: Readonly<Record<string, string>> = {
  PORT: 'The port people reach the server at.',
  CODEX_BIND: 'The address of this machine that port is open on.',
  CODEX_HOST_DIR: 'Where files are kept on this machine.',
  CODEX_BACKUP_DIR: 'Where `operate` puts backups.',
  CODEX_API_TOKEN: 'A token of an owner, for commands of `operate` that ask the server.',
  SERVER_IMAGE: 'The image of every service.',
  POSTGRES_IMAGE: 'The image of the database.',
  NATS_IMAGE: 'The image of the bus.',
  VALKEY_IMAGE: 'The image of the queue.',
  NODE_IMAGE: 'What images of ours are built from.',
  NPMRC_FILE: 'An `.npmrc` for building images where npm’s registry is reached another way.',
  HTTP_PROXY: 'The proxy that leads to a model provider with an http address.',
};
