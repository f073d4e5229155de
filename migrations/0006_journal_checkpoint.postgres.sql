-- How far each journal has been applied to this database.

CREATE TABLE IF NOT EXISTS litellm_cpp.journal_checkpoint (
    journal_id text NOT NULL,
    sequence bigint NOT NULL,
    updated_at timestamp(3) NOT NULL,
    CONSTRAINT journal_checkpoint_pkey PRIMARY KEY (journal_id)
);
