-- People and their ways in. Written by the gateway alone. Names and addresses live only here: events carry ids, so a
-- person can be erased. Times are UTC. `person`, `session`, `credential` and `verification` are better-auth's tables.
create table accounts.person (
  id text primary key,
  name text not null,
  email text not null unique, -- lower case
  email_verified boolean not null default false,
  image text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table accounts.session (
  id text primary key,
  person_id text not null references accounts.person on delete cascade,
  token text not null unique, -- worthless without the cookie's signature, which needs the master key
  expires_at timestamptz not null,
  ip_address text,
  user_agent text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index session_by_person on accounts.session (person_id);

create table accounts.credential (
  id text primary key,
  person_id text not null references accounts.person on delete cascade,
  provider_id text not null, -- 'credential' is the password
  account_id text not null,
  password text, -- argon2id, PHC format
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index credential_by_person on accounts.credential (person_id);

create table accounts.verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verification_by_identifier on accounts.verification (identifier);

-- In which workspaces to look for a person. Whether they are a member, and what they may do, is in the events.
create table accounts.membership (
  person_id text not null references accounts.person on delete cascade,
  workspace_id text not null,
  joined_at timestamptz not null default now(),
  primary key (person_id, workspace_id)
);
create index membership_by_workspace on accounts.membership (workspace_id);

-- The first visit: which workspace it makes, and whether it happened.
create table accounts.setup (
  singleton boolean primary key default true check (singleton),
  workspace_id text not null,
  completed_at timestamptz
);

create table accounts.api_token (
  id text primary key,
  person_id text not null references accounts.person on delete cascade,
  workspace_id text not null,
  name text not null,
  token_hash bytea not null unique, -- SHA-256 of 256 random bits: needs no slow hash
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz
);
create index api_token_by_person on accounts.api_token (person_id);

create table accounts.invite (
  id text primary key,
  workspace_id text not null,
  role text not null check (role in ('owner', 'editor', 'viewer')),
  token_hash bytea not null unique,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_by text,
  used_at timestamptz
);

create table accounts.preference (
  person_id text primary key references accounts.person on delete cascade,
  data jsonb not null
);

-- Values people gave to agents, encrypted with a key that is not in the database.
create table accounts.secret (
  id text primary key,
  workspace_id text not null,
  repository_id text,
  task_id text,
  name text not null,
  remember text not null check (remember in ('task', 'repository', 'workspace')),
  ciphertext text not null,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index secret_by_name on accounts.secret (workspace_id, name);

-- Roles are made by 0001; its default privileges cover tables made by the same login only.
grant select, insert, update, delete on all tables in schema accounts to codex_gateway;
