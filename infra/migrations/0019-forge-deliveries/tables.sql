-- What webhooks delivered and what became of it: a journal for people and for whoever goes on after a crash, bounded in
-- age and number. How things stand is never read from here; it is asked of the forge.
create table accounts.forge_delivery (
  id text primary key, -- sorts by age
  provider text not null,
  guid text not null,
  event text not null,
  action text,
  repository text,
  sender text,
  signed_with text not null,
  bytes integer not null,
  body_hash bytea not null,
  -- Null: too large, or the same as that of `repeat_of`.
  payload text,
  -- The first one with this body.
  repeat_of text,
  received_at timestamptz not null default now()
);
-- Two of the same body at the same moment: one of them is the first.
create unique index forge_delivery_by_body on accounts.forge_delivery (provider, body_hash) where repeat_of is null;
create index forge_delivery_by_guid on accounts.forge_delivery (provider, guid);

-- One row when it came, and one for each time that a person had it handled again.
create table accounts.forge_delivery_handling (
  id text primary key,
  delivery_id text not null references accounts.forge_delivery on delete cascade,
  person_id text,
  outcome text not null,
  detail text not null default '',
  pull_request_ids text[] not null default '{}',
  tries integer not null default 0,
  began_at timestamptz not null default now(),
  settled_at timestamptz
);
create index forge_delivery_handling_by_delivery on accounts.forge_delivery_handling (delivery_id);
create index forge_delivery_unsettled on accounts.forge_delivery_handling (began_at)
  where outcome in ('waiting', 'failed');

-- Of those that were refused nothing is kept.
create table accounts.forge_delivery_refused (
  provider text not null,
  day date not null,
  reason text not null,
  count bigint not null,
  last_at timestamptz not null,
  primary key (provider, day, reason)
);

grant select, insert, update, delete on
  accounts.forge_delivery, accounts.forge_delivery_handling, accounts.forge_delivery_refused to codex_gateway;
