-- How people get in: sessions of the web pages, keys that wait to be shown once to their owner. Of a session only the hash of its
-- token is kept; a key that waits is sealed, and wiped once it was shown or its time is up.

CREATE TABLE IF NOT EXISTS ui_sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS ui_sessions_user ON ui_sessions (user_id);
CREATE INDEX IF NOT EXISTS ui_sessions_expiry ON ui_sessions (expires_at);

CREATE TABLE IF NOT EXISTS key_reveals (
    token TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    sealed TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS key_reveals_user ON key_reveals (user_id);

-- What a letter is about, so that it is not sent when that is gone, and until when it is worth sending.
ALTER TABLE email_outbox ADD COLUMN key_token TEXT;
ALTER TABLE email_outbox ADD COLUMN user_id TEXT;
ALTER TABLE email_outbox ADD COLUMN give_up_at TEXT;
