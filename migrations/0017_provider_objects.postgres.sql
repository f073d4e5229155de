-- Files and batches that live at a provider: whose they are, so that one account of the proxy's does not show everybody everything, and whether
-- what a batch cost was charged.

CREATE TABLE IF NOT EXISTS litellm_cpp.provider_objects (
    id text NOT NULL,
    kind text NOT NULL,
    account text NOT NULL,
    key_hash text NOT NULL,
    user_id text NOT NULL,
    team_id text NOT NULL,
    is_charged boolean NOT NULL DEFAULT false,
    created_at timestamp(3) NOT NULL,
    CONSTRAINT provider_objects_pkey PRIMARY KEY (id)
);
