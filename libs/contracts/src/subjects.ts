import type { RemoteForge } from './forge.ts';

/** Bus subjects (NATS names), built by functions so that no service spells one by hand. */
export const subjects = {
  eventStore: {
    append: 'es.append',
    readStream: 'es.read-stream',
    readAll: 'es.read-all',
    headInfo: 'es.head-info',
    /** How far the copy of the log in NATS is. */
    logCopy: 'es.log-copy',
    /** A stream by its last snapshot and the events since. */
    load: 'es.load',
    keepSnapshot: 'es.snapshot.keep',
    /** Doorbell: the head moved to `{position}`. A hint; readers poll as well. */
    head: 'es.head',
    checkpoint: (verb: 'acquire' | 'renew' | 'save' | 'release' | 'pause' | 'resume' | 'list') =>
      `es.checkpoint.${verb}`,
  },
  /**
   * Where the relay publishes a committed event, under the name it is stored with (`storedNames`). Its position is the
   * sequence in the JetStream stream EVENTS.
   */
  event: (workspaceId: string, type: string) => `evt.${workspaceId.replace(/[^\w-]/g, '_')}.${type}`,
  /** Requests to the projector: how far read models are, to build one anew, to let a paused one try again. */
  projector: {
    rebuilds: 'projector.rebuilds',
    rebuild: 'projector.rebuild',
    cancel: 'projector.cancel',
    resume: 'projector.resume',
  },
  /** A projection committed up to `{position}`. */
  projection: (name: string) => `proj.${name}`,
  /** Live copies of journal records: `{epoch, record}`. The journal itself is the truth. */
  journal: (instanceId: string) => `journal.${instanceId}`,
  /** Served by whoever works on a host that was given its name: `{place}`, which no other host has. */
  hostPlace: (hostId: string) => `host.${hostId}.place`,
  /** Each host has its own doors, and its own egress to open them. */
  egress: (hostId: string) => ({
    open: `egress.${hostId}.open`,
    close: `egress.${hostId}.close`,
    list: `egress.${hostId}.list`,
  }),
  terminal: {
    /** Request to the manager that holds the instance: attach and get the screen. */
    attach: (instanceId: string) => `terminal.${instanceId}.attach`,
    input: (instanceId: string) => `terminal.${instanceId}.in`,
    output: (instanceId: string) => `terminal.${instanceId}.out`,
    resize: (instanceId: string) => `terminal.${instanceId}.resize`,
  },
  /**
   * `runtimeInfo`: a request any agent manager answers (queue group `agent-manager`). `alive`: every manager says
   * `{hostId, managerId}` every few seconds.
   */
  manager: { runtimeInfo: 'manager.runtime-info', alive: 'manager.alive' },
  /** Requests to the git service, the only one that reaches repositories (queue group `git`). */
  git: {
    probeRepository: 'git.probe-repository',
    startPoint: 'git.start-point',
    pack: 'git.pack',
    takeIn: 'git.take-in',
    refresh: 'git.refresh',
    pushBranch: 'git.push-branch',
    updateBranch: 'git.update-branch',
    conflicts: 'git.conflicts',
  },
  /**
   * Served by the gateway. `open`: `{secretId, instanceId, publicKey}` → `{name, sealed}`, the stored value sealed anew to
   * the asking manager's key. `remembered`: `{instanceId, name}` → which value was remembered for what an agent asks for.
   * `forgeCredential`: `{credentialId, publicKey}` → `{sealed}`, what a workspace acts with at a forge.
   * `forgeWebhooks`: `{provider, publicKey}` → `{sealed}`, what the apps there sign their deliveries with.
   */
  secrets: {
    open: 'secrets.open',
    remembered: 'secrets.remembered',
    forgeCredential: 'secrets.forge-credential',
    forgeWebhooks: 'secrets.forge-webhooks',
  },
  /** The log of webhook deliveries, kept by the gateway and filled by the services that speak to forges. */
  deliveries: {
    keep: 'deliveries.keep',
    settle: 'deliveries.settle',
    handOver: 'deliveries.hand-over',
    unknown: 'deliveries.unknown',
  },
  /** Commands in comments at a forge, carried out by the gateway. */
  commands: { fromForge: 'commands.from-forge' },
  /**
   * Requests to the service that speaks to a forge. `news`: something changed there, `{pullRequestIds, repositoryIds}`; a
   * hint. Of the repositories the comments did.
   */
  forge: (provider: RemoteForge) => ({
    look: `forge.${provider}.look`,
    repositories: `forge.${provider}.repositories`,
    repository: `forge.${provider}.repository`,
    issues: `forge.${provider}.issues`,
    issue: `forge.${provider}.issue`,
    gitAccess: `forge.${provider}.git-access`,
    site: `forge.${provider}.site`,
    convertApp: `forge.${provider}.convert-app`,
    news: `forge.${provider}.news`,
    handleDelivery: `forge.${provider}.handle-delivery`,
    resync: `forge.${provider}.resync`,
  }),
  /** Health probes: every service answers `{ok, detail}` on its own subject. */
  health: (service: string) => `health.${service}`,
  /** The same of a service that every host has its own of. */
  hostHealth: (service: string, hostId: string) => `health.${service}.${hostId}`,
  /** The health checker's newest measurement of everything it watches. */
  measurements: 'health-checker.measurements',
} as const;

/**
 * The projections browsers read from. A stream frame for position N leaves once every one of them has passed N, so that
 * a page fetched after a frame is never older than the frame.
 */
export const UI_PROJECTIONS = ['tasks', 'workspace'] as const;
