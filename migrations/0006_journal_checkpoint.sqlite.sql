-- How far each journal has been applied to this database.

CREATE TABLE IF NOT EXISTS journal_checkpoint (
    journal_id TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    updated_at TEXT NOT NULL
);
