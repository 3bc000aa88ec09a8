-- The few runs of a model that did not complete are found among many of other models that did not either.
create index runs_model_status on runs (tenant, model, status, run_key) where status <> 2;

-- The model behind the key: the runs of a model in a long conversation are told apart in the index, without a look at each run.
create index runs_conversation_model on runs (tenant, conversation, run_key, model);
drop index runs_conversation;
