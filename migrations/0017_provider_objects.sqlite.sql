-- Files and batches that live at a provider: whose they are, so that one account of the proxy's does not show everybody everything, and whether
-- what a batch cost was charged.

CREATE TABLE IF NOT EXISTS provider_objects (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    key_hash TEXT NOT NULL,
    user_id TEXT NOT NULL,
    team_id TEXT NOT NULL,
    is_charged INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
);
