-- Pages of keys by what they have spent.

CREATE INDEX IF NOT EXISTS "LiteLLM_VerificationToken_spend_idx" ON "LiteLLM_VerificationToken" ("spend" DESC, "token", "team_id");
