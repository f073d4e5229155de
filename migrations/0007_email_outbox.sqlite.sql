-- Letters on their way. What a letter says is sealed, and wiped once it is sent or given up.

CREATE TABLE IF NOT EXISTS email_outbox (
    id TEXT NOT NULL PRIMARY KEY,
    event TEXT NOT NULL,
    transport TEXT NOT NULL,
    recipient TEXT NOT NULL,
    payload TEXT,
    dedupe_key TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL DEFAULT 'pending',
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    next_attempt_at TEXT NOT NULL,
    lease_until TEXT,
    sent_at TEXT,
    last_error TEXT
);
CREATE INDEX IF NOT EXISTS email_outbox_due ON email_outbox (state, next_attempt_at);
