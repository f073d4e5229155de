-- What was spent in a period by those whose spend no table of LiteLLM's keeps: a model of a key, a provider, the whole proxy.

CREATE TABLE IF NOT EXISTS budget_periods (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    period_end TEXT NOT NULL,
    spend_nano INTEGER NOT NULL,
    PRIMARY KEY (kind, id, period_end)
);
