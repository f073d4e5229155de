-- Pages of keys in the usual order, by alias, and by what they have spent. Spend is written once a second for each key that is in use, so
-- that an index on it costs little. Only where the table is ours: one that LiteLLM made keeps the indexes it came with. Ours is
-- younger than the schema that every start of ours makes first, and Prisma has kept no book in this database.

DO $$
BEGIN
    IF to_regclass('_prisma_migrations') IS NULL
        AND to_regclass('"LiteLLM_VerificationToken"')::oid::bigint > 'litellm_cpp'::regnamespace::oid::bigint THEN
        CREATE INDEX IF NOT EXISTS "LiteLLM_VerificationToken_created_at_idx"
            ON "LiteLLM_VerificationToken" ("created_at" DESC NULLS LAST, "token", "team_id");
        CREATE INDEX IF NOT EXISTS "LiteLLM_VerificationToken_key_alias_idx"
            ON "LiteLLM_VerificationToken" ("key_alias", "token", "team_id");
        CREATE INDEX IF NOT EXISTS "LiteLLM_VerificationToken_spend_idx"
            ON "LiteLLM_VerificationToken" ("spend" DESC NULLS LAST, "token", "team_id");
    END IF;
END
$$;
