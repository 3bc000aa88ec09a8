-- Grain storage; the etag fences two activations of one grain.
create table grain_states (
  name text not null,
  grain text not null,
  etag integer not null,
  payload blob not null,
  primary key (name, grain)
) strict, without rowid;
