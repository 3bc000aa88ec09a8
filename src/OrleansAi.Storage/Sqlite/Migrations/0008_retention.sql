-- When retention let a run's content go, and which runs it leaves: 1 for a pinned run, 0 for one that was unpinned and not looked at since. Nearly no
-- run was ever pinned, and only those have a place in the index.
alter table runs add column released_at integer;
alter table runs add column pinned integer;

create index runs_pinned on runs (tenant, pinned, run_key) where pinned is not null;
