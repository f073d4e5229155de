-- What was spent in a period by those whose spend no table of LiteLLM's keeps: a model of a key, a provider, the whole proxy.

CREATE TABLE IF NOT EXISTS litellm_cpp.budget_periods (
    kind text NOT NULL,
    id text NOT NULL,
    period_end timestamp(3) NOT NULL,
    spend_nano bigint NOT NULL,
    CONSTRAINT budget_periods_pkey PRIMARY KEY (kind, id, period_end)
);
