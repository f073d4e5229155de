-- Virtual keys, their archive, and old hashes in their grace period.
-- A table that exists already is LiteLLM's: neither it nor its indexes are touched.

DO $$
BEGIN
    IF to_regclass('"LiteLLM_VerificationToken"') IS NULL THEN
        CREATE TABLE "LiteLLM_VerificationToken" (
            "token" text NOT NULL,
            "key_name" text,
            "key_alias" text,
            "soft_budget_cooldown" boolean NOT NULL DEFAULT false,
            "spend" double precision NOT NULL DEFAULT 0.0,
            "expires" timestamp(3),
            "models" text[],
            "aliases" jsonb NOT NULL DEFAULT '{}',
            "config" jsonb NOT NULL DEFAULT '{}',
            "user_id" text,
            "team_id" text,
            "permissions" jsonb NOT NULL DEFAULT '{}',
            "max_parallel_requests" integer,
            "metadata" jsonb NOT NULL DEFAULT '{}',
            "blocked" boolean,
            "tpm_limit" bigint,
            "rpm_limit" bigint,
            "max_budget" double precision,
            "budget_duration" text,
            "budget_reset_at" timestamp(3),
            "allowed_cache_controls" text[] DEFAULT ARRAY[]::text[],
            "model_spend" jsonb NOT NULL DEFAULT '{}',
            "model_max_budget" jsonb NOT NULL DEFAULT '{}',
            "budget_id" text,
            "organization_id" text,
            "created_at" timestamp(3) DEFAULT CURRENT_TIMESTAMP,
            "created_by" text,
            "updated_at" timestamp(3) DEFAULT CURRENT_TIMESTAMP,
            "updated_by" text,
            "allowed_routes" text[] DEFAULT ARRAY[]::text[],
            "object_permission_id" text,
            "auto_rotate" boolean DEFAULT false,
            "key_rotation_at" timestamp(3),
            "last_rotation_at" timestamp(3),
            "rotation_count" integer DEFAULT 0,
            "rotation_interval" text,
            "router_settings" jsonb DEFAULT '{}',
            "policies" text[] DEFAULT ARRAY[]::text[],
            "access_group_ids" text[] DEFAULT ARRAY[]::text[],
            CONSTRAINT "LiteLLM_VerificationToken_pkey" PRIMARY KEY ("token"),
            CONSTRAINT "LiteLLM_VerificationToken_budget_id_fkey" FOREIGN KEY ("budget_id")
                REFERENCES "LiteLLM_BudgetTable" ("budget_id") ON DELETE SET NULL ON UPDATE CASCADE,
            CONSTRAINT "LiteLLM_VerificationToken_object_permission_id_fkey" FOREIGN KEY ("object_permission_id")
                REFERENCES "LiteLLM_ObjectPermissionTable" ("object_permission_id") ON DELETE SET NULL ON UPDATE CASCADE,
            CONSTRAINT "LiteLLM_VerificationToken_organization_id_fkey" FOREIGN KEY ("organization_id")
                REFERENCES "LiteLLM_OrganizationTable" ("organization_id") ON DELETE SET NULL ON UPDATE CASCADE
        );
        CREATE INDEX "LiteLLM_VerificationToken_budget_reset_at_expires_idx" ON "LiteLLM_VerificationToken" ("budget_reset_at", "expires");
        CREATE INDEX "LiteLLM_VerificationToken_team_id_idx" ON "LiteLLM_VerificationToken" ("team_id");
        CREATE INDEX "LiteLLM_VerificationToken_user_id_team_id_idx" ON "LiteLLM_VerificationToken" ("user_id", "team_id");
    END IF;

    IF to_regclass('"LiteLLM_DeprecatedVerificationToken"') IS NULL THEN
        CREATE TABLE "LiteLLM_DeprecatedVerificationToken" (
            "id" text NOT NULL,
            "token" text NOT NULL,
            "active_token_id" text NOT NULL,
            "revoke_at" timestamp(3) NOT NULL,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            CONSTRAINT "LiteLLM_DeprecatedVerificationToken_pkey" PRIMARY KEY ("id")
        );
        CREATE INDEX "LiteLLM_DeprecatedVerificationToken_revoke_at_idx" ON "LiteLLM_DeprecatedVerificationToken" ("revoke_at");
        CREATE UNIQUE INDEX "LiteLLM_DeprecatedVerificationToken_token_key" ON "LiteLLM_DeprecatedVerificationToken" ("token");
        CREATE INDEX "LiteLLM_DeprecatedVerificationToken_token_revoke_at_idx" ON "LiteLLM_DeprecatedVerificationToken" ("token", "revoke_at");
    END IF;

    IF to_regclass('"LiteLLM_DeletedVerificationToken"') IS NULL THEN
        CREATE TABLE "LiteLLM_DeletedVerificationToken" (
            "id" text NOT NULL,
            "token" text NOT NULL,
            "key_name" text,
            "key_alias" text,
            "soft_budget_cooldown" boolean NOT NULL DEFAULT false,
            "spend" double precision NOT NULL DEFAULT 0.0,
            "expires" timestamp(3),
            "models" text[],
            "aliases" jsonb NOT NULL DEFAULT '{}',
            "config" jsonb NOT NULL DEFAULT '{}',
            "user_id" text,
            "team_id" text,
            "permissions" jsonb NOT NULL DEFAULT '{}',
            "max_parallel_requests" integer,
            "metadata" jsonb NOT NULL DEFAULT '{}',
            "blocked" boolean,
            "tpm_limit" bigint,
            "rpm_limit" bigint,
            "max_budget" double precision,
            "budget_duration" text,
            "budget_reset_at" timestamp(3),
            "allowed_cache_controls" text[] DEFAULT ARRAY[]::text[],
            "allowed_routes" text[] DEFAULT ARRAY[]::text[],
            "model_spend" jsonb NOT NULL DEFAULT '{}',
            "model_max_budget" jsonb NOT NULL DEFAULT '{}',
            "budget_id" text,
            "organization_id" text,
            "object_permission_id" text,
            "created_at" timestamp(3),
            "created_by" text,
            "updated_at" timestamp(3),
            "updated_by" text,
            "rotation_count" integer DEFAULT 0,
            "auto_rotate" boolean DEFAULT false,
            "rotation_interval" text,
            "last_rotation_at" timestamp(3),
            "key_rotation_at" timestamp(3),
            "deleted_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "deleted_by" text,
            "deleted_by_api_key" text,
            "litellm_changed_by" text,
            "router_settings" jsonb DEFAULT '{}',
            "policies" text[] DEFAULT ARRAY[]::text[],
            "access_group_ids" text[] DEFAULT ARRAY[]::text[],
            CONSTRAINT "LiteLLM_DeletedVerificationToken_pkey" PRIMARY KEY ("id")
        );
        CREATE INDEX "LiteLLM_DeletedVerificationToken_created_at_idx" ON "LiteLLM_DeletedVerificationToken" ("created_at");
        CREATE INDEX "LiteLLM_DeletedVerificationToken_deleted_at_idx" ON "LiteLLM_DeletedVerificationToken" ("deleted_at");
        CREATE INDEX "LiteLLM_DeletedVerificationToken_key_alias_idx" ON "LiteLLM_DeletedVerificationToken" ("key_alias");
        CREATE INDEX "LiteLLM_DeletedVerificationToken_organization_id_idx" ON "LiteLLM_DeletedVerificationToken" ("organization_id");
        CREATE INDEX "LiteLLM_DeletedVerificationToken_team_id_idx" ON "LiteLLM_DeletedVerificationToken" ("team_id");
        CREATE INDEX "LiteLLM_DeletedVerificationToken_token_idx" ON "LiteLLM_DeletedVerificationToken" ("token");
        CREATE INDEX "LiteLLM_DeletedVerificationToken_user_id_idx" ON "LiteLLM_DeletedVerificationToken" ("user_id");
    END IF;
END
$$;
