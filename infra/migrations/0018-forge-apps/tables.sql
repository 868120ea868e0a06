-- Apps that people are making at forges at this moment: begun here, made and installed there, and connected with here.
-- Each belongs to one person in one workspace and ends after an hour, with what is kept of it (encrypted, as
-- accounts.forge_credential). Nothing here acts for anybody.
create table accounts.forge_app_begun (
  id text primary key,
  workspace_id text not null,
  provider text not null,
  person_id text not null,
  -- Of what the browser carries to the forge and back.
  state_hash bytea not null unique,
  -- Null until it was made there, and again once it is connected with.
  ciphertext text,
  -- Where somebody installs it; null until it was made there.
  install_url text,
  -- The installation that it was connected with.
  installation_id bigint,
  begun_at timestamptz not null default now()
);

grant select, insert, update, delete on accounts.forge_app_begun to codex_gateway;
