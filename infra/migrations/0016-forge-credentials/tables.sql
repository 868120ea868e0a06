-- What workspaces act with at forges, encrypted with a key that is not in the database. Which of them is used is in the
-- events; a row that none names is of a credential that was looked at and not taken, or was replaced.
create table accounts.forge_credential (
  id text primary key,
  workspace_id text not null,
  provider text not null,
  ciphertext text not null,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index forge_credential_by_workspace on accounts.forge_credential (workspace_id, provider);

grant select, insert, update, delete on accounts.forge_credential to codex_gateway;
