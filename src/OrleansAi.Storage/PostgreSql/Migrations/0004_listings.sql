-- Listed chat completions: the key of the run of the first choice, for each run that is a choice. Nearly no run is listed, and
-- only those that are have a place in the index.
alter table runs add column listing text collate "C";

create index runs_listing on runs (tenant, listing, run_key) where listing is not null;
