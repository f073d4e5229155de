-- Letters on their way. What a letter says is sealed, and wiped once it is sent or given up.

CREATE TABLE IF NOT EXISTS litellm_cpp.email_outbox (
    id text NOT NULL,
    event text NOT NULL,
    transport text NOT NULL,
    recipient text NOT NULL,
    payload text,
    dedupe_key text NOT NULL,
    state text NOT NULL DEFAULT 'pending',
    attempts integer NOT NULL DEFAULT 0,
    created_at timestamp(3) NOT NULL,
    next_attempt_at timestamp(3) NOT NULL,
    lease_until timestamp(3),
    sent_at timestamp(3),
    last_error text,
    CONSTRAINT email_outbox_pkey PRIMARY KEY (id),
    CONSTRAINT email_outbox_dedupe UNIQUE (dedupe_key)
);
CREATE INDEX IF NOT EXISTS email_outbox_due ON litellm_cpp.email_outbox (state, next_attempt_at);
