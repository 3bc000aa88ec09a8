-- The journal: one stream per owning grain. The primary key is the fence of compare-and-append.
create table journal_records (
  stream text not null,
  position integer not null check (position > 0),
  record_id blob not null,
  kind integer not null,
  at integer not null,
  body blob not null,
  primary key (stream, position)
) strict, without rowid;

-- Payloads, stored once for their owner.
create table journal_contents (
  owner text not null,
  hash blob not null,
  bytes blob not null,
  primary key (owner, hash)
) strict, without rowid;

-- A run's id is a prefix and a key that sorts by time; the key alone orders runs of all kinds.
create table open_runs (
  tenant text not null,
  run_key text not null,
  run_prefix text not null,
  conversation text not null,
  model text not null,
  created_at integer not null,
  admitted_position integer not null,
  waker text,
  primary key (run_key, tenant)
) strict, without rowid;

create table runs (
  tenant text not null,
  run_key text not null,
  run_prefix text not null,
  conversation text not null,
  model text not null,
  status integer not null,
  created_at integer not null,
  ended_at integer not null,
  admitted_position integer not null,
  ended_position integer not null,
  primary key (tenant, run_key)
) strict, without rowid;

create index runs_conversation on runs (tenant, conversation, run_key);
create index runs_model on runs (tenant, model, run_key);

-- Nearly every run completes (status 2); only the others are worth an index.
create index runs_status on runs (tenant, status, run_key) where status <> 2;

create table idempotency_keys (
  tenant text not null,
  key text not null,
  request_hash text not null,
  run_id text not null,
  conversation text not null,
  at integer not null,
  primary key (tenant, key)
) strict, without rowid;
