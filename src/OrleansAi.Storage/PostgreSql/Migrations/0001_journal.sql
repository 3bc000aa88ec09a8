-- The journal: one stream per owning grain. The primary key is the fence of compare-and-append.
create table journal_records (
  stream text collate "C" not null,
  position bigint not null check (position > 0),
  record_id uuid not null,
  kind smallint not null,
  at bigint not null,
  body bytea not null,
  primary key (stream, position)
);

-- Payloads, stored once for their owner.
create table journal_contents (
  owner text collate "C" not null,
  hash bytea not null,
  bytes bytea not null,
  primary key (owner, hash)
);

-- A run's id is a prefix and a key that sorts by time; the key alone orders runs of all kinds.
create table open_runs (
  tenant text collate "C" not null,
  run_key text collate "C" not null,
  run_prefix text collate "C" not null,
  conversation text collate "C" not null,
  model text collate "C" not null,
  created_at bigint not null,
  admitted_position bigint not null,
  waker text collate "C",
  primary key (run_key, tenant)
) with (fillfactor = 70);

create table runs (
  tenant text collate "C" not null,
  run_key text collate "C" not null,
  run_prefix text collate "C" not null,
  conversation text collate "C" not null,
  model text collate "C" not null,
  status smallint not null,
  created_at bigint not null,
  ended_at bigint not null,
  admitted_position bigint not null,
  ended_position bigint not null,
  primary key (tenant, run_key)
);

create index runs_conversation on runs (tenant, conversation, run_key);
create index runs_model on runs (tenant, model, run_key);

-- Nearly every run completes (status 2); only the others are worth an index.
create index runs_status on runs (tenant, status, run_key) where status <> 2;

create table idempotency_keys (
  tenant text collate "C" not null,
  key text collate "C" not null,
  request_hash text not null,
  run_id text not null,
  conversation text not null,
  at bigint not null,
  primary key (tenant, key)
);
