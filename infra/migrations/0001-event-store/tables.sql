-- The log. `es` is written by the event store alone, `read` by the projector alone, `accounts` by the gateway alone.
create schema es;
create schema read;
create schema accounts;

-- Which history this is. A restore of an older backup gets a new epoch, so that no reader mixes the two.
create table es.log_identity (
  singleton boolean primary key default true check (singleton),
  epoch text not null default replace(gen_random_uuid()::text, '-', ''),
  base_position bigint not null default 0
);
insert into es.log_identity default values;

-- Heads of streams: the compare-and-set of an append happens here.
create table es.stream (
  id text primary key,
  version bigint not null check (version > 0),
  archived_at timestamptz
) with (fillfactor = 70);

create table es.event (
  position bigint primary key, -- without gaps; assigned only by es.append_batch
  stream text not null,
  version bigint not null check (version > 0),
  event_id text not null unique,
  type text not null,
  schema_version smallint not null check (schema_version > 0),
  data jsonb not null,
  workspace_id text not null, -- who may see it
  actor jsonb not null,
  caused_by text,
  correlation_id text not null,
  causation_id text,
  command_id text not null,
  recorded_at timestamptz not null, -- whole milliseconds
  hash bytea not null, -- SHA-256 over the hash before it in its workspace and this event; see es.append_batch
  unique (stream, version) -- second guard behind es.stream
);

-- Last link of each workspace's hash chain.
create table es.audit_chain (
  workspace_id text primary key,
  hash bytea not null
) with (fillfactor = 70);

-- Where each command's events lie: the same request again gets the same answer. No index on the time: pruning reads the
-- table once an hour, while an index would be paid for by every append.
create table es.command_result (
  command_id text primary key,
  request_hash bytea not null,
  first_position bigint not null,
  last_position bigint not null,
  at timestamptz not null default now()
);

-- How far a process manager is, and who runs it. `epoch` fences off owners that lost their lease.
create table es.process_manager (
  name text primary key,
  position bigint not null default 0,
  epoch bigint not null default 0,
  owner text,
  lease_until timestamptz,
  paused jsonb -- why it stands still until somebody resumes it: {position, eventId, type, message}
);

-- How far a read model is; written in the transaction that writes its rows.
create table read.projection (
  name text not null,
  version int not null,
  status text not null check (status in ('building', 'live', 'paused', 'retired')),
  position bigint not null default 0,
  epoch text not null,
  last_error jsonb,
  updated_at timestamptz not null default now(),
  build int not null default 0, -- counts rebuilds, also of one version
  primary key (name, version, build)
) with (fillfactor = 50);
