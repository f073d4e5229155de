-- How people get in: sessions of the web pages, keys that wait to be shown once to their owner. Of a session only the hash of its
-- token is kept; a key that waits is sealed, and wiped once it was shown or its time is up.

CREATE TABLE IF NOT EXISTS litellm_cpp.ui_sessions (
    token_hash text NOT NULL,
    user_id text NOT NULL,
    created_at timestamp(3) NOT NULL,
    expires_at timestamp(3) NOT NULL,
    CONSTRAINT ui_sessions_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX IF NOT EXISTS ui_sessions_user ON litellm_cpp.ui_sessions (user_id);
CREATE INDEX IF NOT EXISTS ui_sessions_expiry ON litellm_cpp.ui_sessions (expires_at);

CREATE TABLE IF NOT EXISTS litellm_cpp.key_reveals (
    token text NOT NULL,
    user_id text NOT NULL,
    sealed text NOT NULL,
    created_at timestamp(3) NOT NULL,
    expires_at timestamp(3) NOT NULL,
    CONSTRAINT key_reveals_pkey PRIMARY KEY (token)
);
CREATE INDEX IF NOT EXISTS key_reveals_user ON litellm_cpp.key_reveals (user_id);

-- What a letter is about, so that it is not sent when that is gone, and until when it is worth sending.
ALTER TABLE litellm_cpp.email_outbox ADD COLUMN IF NOT EXISTS key_token text;
ALTER TABLE litellm_cpp.email_outbox ADD COLUMN IF NOT EXISTS user_id text;
ALTER TABLE litellm_cpp.email_outbox ADD COLUMN IF NOT EXISTS give_up_at timestamp(3);
