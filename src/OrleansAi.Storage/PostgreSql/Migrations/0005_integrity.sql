-- The hash chain of each stream, and what a record witnesses of that which was written with it. Records from before have neither.
alter table journal_records add column witness bytea, add column hash bytea;

-- How far a stream goes at least. Admissions and ends of runs stand in the index of runs, so a turn writes nothing here.
create table stream_heads (
  stream text collate "C" primary key,
  position bigint not null
) with (fillfactor = 80);
