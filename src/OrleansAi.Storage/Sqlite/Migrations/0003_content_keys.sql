-- The keys to the content of each stream. Without them content cannot be read, wherever copies of it lie.
create table content_keys (
  owner text not null primary key,
  keys blob not null
) strict, without rowid;
