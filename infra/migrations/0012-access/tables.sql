-- What a token may do at most. One made before there were scopes may do what its person may, as it always did.
alter table accounts.api_token add column scope text not null default 'admin' check (scope in ('read', 'write', 'admin'));
alter table accounts.api_token alter column scope drop default;

-- A link by which one person chooses a new password: made by an owner, good once. One per person at a time.
create table accounts.password_link (
  person_id text primary key references accounts.person on delete cascade,
  token_hash bytea not null unique,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

-- Which tasks' agents were given a value, and when last.
create table accounts.secret_use (
  secret_id text not null references accounts.secret on delete cascade,
  task_id text not null,
  used_at timestamptz not null default now(),
  primary key (secret_id, task_id)
);

grant select, insert, update, delete on accounts.password_link, accounts.secret_use to codex_gateway;
