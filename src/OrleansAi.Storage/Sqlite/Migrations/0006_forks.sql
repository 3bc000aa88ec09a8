-- The run that a run is a fork of. Nearly no run is a fork, and only those that are have a place in the index.
alter table open_runs add column forked_from text;
alter table runs add column forked_from text;

create index runs_forked_from on runs (tenant, forked_from, run_key) where forked_from is not null;
