-- What a process may spend of a budget before it has written its spend down. Spend and leases of a budget together stay below it,
-- however many processes share the database.

CREATE TABLE IF NOT EXISTS litellm_cpp.budget_leases (
    kind text NOT NULL,
    id text NOT NULL,
    period_end timestamp(3) NOT NULL,
    holder text NOT NULL,
    amount_nano bigint NOT NULL,
    renewed_at timestamp(3) NOT NULL,
    CONSTRAINT budget_leases_pkey PRIMARY KEY (kind, id, period_end, holder)
);
CREATE INDEX IF NOT EXISTS budget_leases_holder_idx ON litellm_cpp.budget_leases (holder);
