-- What waits before a letter to the same person is looked for with each letter.

CREATE INDEX IF NOT EXISTS email_outbox_order_idx ON email_outbox (recipient, transport, created_at)
    WHERE state IN ('pending', 'sending');
