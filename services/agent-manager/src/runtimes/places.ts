import type { CheckoutRecord } from '../checkouts/checkout-record.ts';

/** Names a worker. Everything about its places is made from this and the runtime's own settings, nothing from a user. */
export interface WorkerId {
  readonly instanceId: string;
  readonly epoch: number;
}

/** Absolute paths as the worker sees them. */
export interface WorkerPaths {
  readonly checkout: string;
  readonly home: string;
  readonly egressSocket: string;
}

/** Where the egress service of this host listens for a worker: all of a place that is said to somebody else. */
export interface DoorPlace {
  /** Absolute, at most 107 bytes. */
  readonly socketPath: string;
  /** Whom the socket must belong to; null when the services' own user will do. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

/** Fills an empty directory of the manager's host, which the runtime then takes to where it belongs. */
export type Fill = (directory: string) => Promise<void>;

/** The places of one instance, which outlive its epochs. */
export interface InstancePlaces {
  /** Null when no checkout was begun here. */
  checkoutRecord(): Promise<CheckoutRecord | null>;
  /** Makes what is missing, with an empty home. Resolves to whether the checkout is there, whole. */
  prepare(): Promise<boolean>;
  /** Notes the record, then puts the checkout there: whole, or not at all when `fill` throws or the manager is killed. */
  putCheckout(record: CheckoutRecord, fill: Fill): Promise<void>;
  /** True also when there is no home. One that an agent had holds something: a link in it could lead anywhere. */
  isHomeEmpty(): Promise<boolean>;
  /**
   * Puts a file into an empty home, whole or not at all. `path`: from the worker's home, two folders below it or more.
   * Throws when that part of a home is not kept from one epoch to the next; `.claude` always is.
   */
  seedHome(path: readonly string[], content: Buffer): Promise<void>;
  /**
   * Removes the home; the checkout stays. The values people gave lie in it, in the supervisor's file and in what Claude
   * Code wrote down of what commands printed.
   */
  removeHome(): Promise<void>;
  /** Removes everything, the record too. */
  removeAll(): Promise<void>;
}

/** One commit where no agent was ever in, for one check. What is read of it may have been changed by the check. */
export interface FreshCheckout {
  /** As `CheckSpec.checkoutId` wants it. */
  readonly id: string;
  /** Null when `path` is no regular file, or larger than `maxBytes`. Follows no link. */
  readFile(path: string, maxBytes: number): Promise<string | null>;
  exists(path: string): Promise<boolean>;
  remove(): Promise<void>;
}

/**
 * Where the files of workers are, and how they come in and out. A runtime has its own: the manager asks for what it wants
 * there and knows no path, so a runtime may keep them on another machine. Adapter: `host-places.ts`, directories of this
 * host; one contract suite (`places.contract.ts`).
 */
export interface Places {
  paths(worker: WorkerId): WorkerPaths;
  door(worker: WorkerId): DoorPlace;
  /** Removes what is left of the door of a worker that ended. */
  removeDoor(worker: WorkerId): Promise<void>;
  /** What checkout, home and temporary files take of the disk. */
  usedBytes(worker: WorkerId): Promise<number>;
  /** What is left of the disk they all share. */
  freeBytes(): Promise<number>;
  /** Ids of the instances that something lies here of. */
  instanceIds(): Promise<string[]>;
  instance(instanceId: string): InstancePlaces;
  checkoutForCheck(fill: Fill): Promise<FreshCheckout>;
}
