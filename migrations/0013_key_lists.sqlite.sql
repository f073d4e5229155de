-- Pages of keys in the usual order, and by alias.

CREATE INDEX IF NOT EXISTS "LiteLLM_VerificationToken_created_at_idx" ON "LiteLLM_VerificationToken" ("created_at" DESC, "token", "team_id");
CREATE INDEX IF NOT EXISTS "LiteLLM_VerificationToken_key_alias_idx" ON "LiteLLM_VerificationToken" (("key_alias" IS NULL), "key_alias", "token", "team_id");
CREATE INDEX IF NOT EXISTS "LiteLLM_VerificationToken_alias_idx" ON "LiteLLM_VerificationToken" ("key_alias") WHERE "key_alias" IS NOT NULL;
