-- Among 1,000,000 runs, the few of a model that did not complete took 140 ms (p95, 2026-11-28) to be found among all that did not.
create index runs_model_status on runs (tenant, model, status, run_key) where status <> 2;

-- The model behind the key: the runs of a model in a long conversation are told apart in the index, without a look at each run.
create index runs_conversation_model on runs (tenant, conversation, run_key, model);
drop index runs_conversation;
