-- What a process may spend of a budget before it has written its spend down. One process uses this database, so the table stays empty.

CREATE TABLE IF NOT EXISTS budget_leases (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    period_end TEXT NOT NULL,
    holder TEXT NOT NULL,
    amount_nano INTEGER NOT NULL,
    renewed_at TEXT NOT NULL,
    PRIMARY KEY (kind, id, period_end, holder)
);
CREATE INDEX IF NOT EXISTS budget_leases_holder_idx ON budget_leases (holder);
