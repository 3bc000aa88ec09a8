-- The keys to the content of each stream. Without them content cannot be read, wherever copies of it lie. What a destroyed key
-- leaves behind in the pages is dead until a vacuum: one dead row is enough for the server's own, so that it comes within
-- autovacuum_naptime.
create table content_keys (
  owner text collate "C" primary key,
  keys bytea not null
) with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
