-- Tables this program does not use; LiteLLM expects them when it starts on this database again.
-- A table that exists already is LiteLLM's: neither it nor its indexes are touched.

DO $$
BEGIN
    IF to_regclass('"LiteLLM_AgentsTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_AgentsTable" (
            "agent_id" text NOT NULL,
            "agent_name" text NOT NULL,
            "litellm_params" jsonb,
            "agent_card_params" jsonb NOT NULL,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_by" text NOT NULL,
            "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_by" text NOT NULL,
            "agent_access_groups" text[] DEFAULT ARRAY[]::text[],
            CONSTRAINT "LiteLLM_AgentsTable_pkey" PRIMARY KEY ("agent_id")
        );
        CREATE UNIQUE INDEX "LiteLLM_AgentsTable_agent_name_key" ON "LiteLLM_AgentsTable" ("agent_name");
    END IF;

    IF to_regclass('"LiteLLM_CacheConfig"') IS NULL THEN
        CREATE TABLE "LiteLLM_CacheConfig" (
            "id" text NOT NULL DEFAULT 'cache_config',
            "cache_settings" jsonb NOT NULL,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            CONSTRAINT "LiteLLM_CacheConfig_pkey" PRIMARY KEY ("id")
        );
    END IF;

    IF to_regclass('"LiteLLM_GuardrailsTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_GuardrailsTable" (
            "guardrail_id" text NOT NULL,
            "guardrail_name" text NOT NULL,
            "litellm_params" jsonb NOT NULL,
            "guardrail_info" jsonb,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            "team_id" text,
            CONSTRAINT "LiteLLM_GuardrailsTable_pkey" PRIMARY KEY ("guardrail_id")
        );
        CREATE UNIQUE INDEX "LiteLLM_GuardrailsTable_guardrail_name_key" ON "LiteLLM_GuardrailsTable" ("guardrail_name");
    END IF;

    IF to_regclass('"LiteLLM_HealthCheckTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_HealthCheckTable" (
            "health_check_id" text NOT NULL,
            "model_name" text NOT NULL,
            "model_id" text,
            "status" text NOT NULL,
            "healthy_count" integer NOT NULL DEFAULT 0,
            "unhealthy_count" integer NOT NULL DEFAULT 0,
            "error_message" text,
            "response_time_ms" double precision,
            "details" jsonb,
            "checked_by" text,
            "checked_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            CONSTRAINT "LiteLLM_HealthCheckTable_pkey" PRIMARY KEY ("health_check_id")
        );
        CREATE INDEX "LiteLLM_HealthCheckTable_checked_at_idx" ON "LiteLLM_HealthCheckTable" ("checked_at");
        CREATE INDEX "LiteLLM_HealthCheckTable_model_name_idx" ON "LiteLLM_HealthCheckTable" ("model_name");
        CREATE INDEX "LiteLLM_HealthCheckTable_status_idx" ON "LiteLLM_HealthCheckTable" ("status");
    END IF;

    IF to_regclass('"LiteLLM_MCPServerTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_MCPServerTable" (
            "server_id" text NOT NULL,
            "server_name" text,
            "description" text,
            "url" text,
            "transport" text NOT NULL DEFAULT 'sse',
            "auth_type" text,
            "created_at" timestamp(3) DEFAULT CURRENT_TIMESTAMP,
            "created_by" text,
            "updated_at" timestamp(3) DEFAULT CURRENT_TIMESTAMP,
            "updated_by" text,
            "status" text DEFAULT 'unknown',
            "last_health_check" timestamp(3),
            "health_check_error" text,
            "mcp_info" jsonb DEFAULT '{}',
            "args" text[] DEFAULT ARRAY[]::text[],
            "command" text,
            "env" jsonb DEFAULT '{}',
            "mcp_access_groups" text[],
            "alias" text,
            "allowed_tools" text[] DEFAULT ARRAY[]::text[],
            "extra_headers" text[] DEFAULT ARRAY[]::text[],
            "static_headers" jsonb DEFAULT '{}',
            "credentials" jsonb DEFAULT '{}',
            "authorization_url" text,
            "registration_url" text,
            "token_url" text,
            "allow_all_keys" boolean NOT NULL DEFAULT false,
            "available_on_public_internet" boolean NOT NULL DEFAULT false,
            CONSTRAINT "LiteLLM_MCPServerTable_pkey" PRIMARY KEY ("server_id")
        );
    END IF;

    IF to_regclass('"LiteLLM_ManagedFileTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_ManagedFileTable" (
            "id" text NOT NULL,
            "unified_file_id" text NOT NULL,
            "file_object" jsonb,
            "model_mappings" jsonb NOT NULL,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            "created_by" text,
            "flat_model_file_ids" text[] DEFAULT ARRAY[]::text[],
            "updated_by" text,
            "storage_backend" text,
            "storage_url" text,
            CONSTRAINT "LiteLLM_ManagedFileTable_pkey" PRIMARY KEY ("id")
        );
        CREATE UNIQUE INDEX "LiteLLM_ManagedFileTable_unified_file_id_key" ON "LiteLLM_ManagedFileTable" ("unified_file_id");
        CREATE INDEX "LiteLLM_ManagedFileTable_unified_file_id_idx" ON "LiteLLM_ManagedFileTable" ("unified_file_id");
    END IF;

    IF to_regclass('"LiteLLM_ManagedObjectTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_ManagedObjectTable" (
            "id" text NOT NULL,
            "unified_object_id" text NOT NULL,
            "model_object_id" text NOT NULL,
            "file_object" jsonb NOT NULL,
            "file_purpose" text NOT NULL,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_by" text,
            "updated_at" timestamp(3) NOT NULL,
            "updated_by" text,
            "status" text,
            CONSTRAINT "LiteLLM_ManagedObjectTable_pkey" PRIMARY KEY ("id")
        );
        CREATE UNIQUE INDEX "LiteLLM_ManagedObjectTable_unified_object_id_key" ON "LiteLLM_ManagedObjectTable" ("unified_object_id");
        CREATE UNIQUE INDEX "LiteLLM_ManagedObjectTable_model_object_id_key" ON "LiteLLM_ManagedObjectTable" ("model_object_id");
        CREATE INDEX "LiteLLM_ManagedObjectTable_unified_object_id_idx" ON "LiteLLM_ManagedObjectTable" ("unified_object_id");
        CREATE INDEX "LiteLLM_ManagedObjectTable_model_object_id_idx" ON "LiteLLM_ManagedObjectTable" ("model_object_id");
    END IF;

    IF to_regclass('"LiteLLM_ManagedVectorStoreIndexTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_ManagedVectorStoreIndexTable" (
            "id" text NOT NULL,
            "index_name" text NOT NULL,
            "litellm_params" jsonb NOT NULL,
            "index_info" jsonb,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_by" text,
            "updated_at" timestamp(3) NOT NULL,
            "updated_by" text,
            CONSTRAINT "LiteLLM_ManagedVectorStoreIndexTable_pkey" PRIMARY KEY ("id")
        );
        CREATE UNIQUE INDEX "LiteLLM_ManagedVectorStoreIndexTable_index_name_key" ON "LiteLLM_ManagedVectorStoreIndexTable" ("index_name");
    END IF;

    IF to_regclass('"LiteLLM_ManagedVectorStoreTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_ManagedVectorStoreTable" (
            "id" text NOT NULL,
            "unified_resource_id" text NOT NULL,
            "resource_object" jsonb,
            "model_mappings" jsonb NOT NULL,
            "flat_model_resource_ids" text[] DEFAULT ARRAY[]::text[],
            "storage_backend" text,
            "storage_url" text,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_by" text,
            "updated_at" timestamp(3) NOT NULL,
            "updated_by" text,
            CONSTRAINT "LiteLLM_ManagedVectorStoreTable_pkey" PRIMARY KEY ("id")
        );
        CREATE UNIQUE INDEX "LiteLLM_ManagedVectorStoreTable_unified_resource_id_key" ON "LiteLLM_ManagedVectorStoreTable" ("unified_resource_id");
        CREATE INDEX "LiteLLM_ManagedVectorStoreTable_unified_resource_id_idx" ON "LiteLLM_ManagedVectorStoreTable" ("unified_resource_id");
    END IF;

    IF to_regclass('"LiteLLM_ManagedVectorStoresTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_ManagedVectorStoresTable" (
            "vector_store_id" text NOT NULL,
            "custom_llm_provider" text NOT NULL,
            "vector_store_name" text,
            "vector_store_description" text,
            "vector_store_metadata" jsonb,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            "litellm_credential_name" text,
            "litellm_params" jsonb,
            "team_id" text,
            "user_id" text,
            CONSTRAINT "LiteLLM_ManagedVectorStoresTable_pkey" PRIMARY KEY ("vector_store_id")
        );
        CREATE INDEX "LiteLLM_ManagedVectorStoresTable_team_id_idx" ON "LiteLLM_ManagedVectorStoresTable" ("team_id");
        CREATE INDEX "LiteLLM_ManagedVectorStoresTable_user_id_idx" ON "LiteLLM_ManagedVectorStoresTable" ("user_id");
    END IF;

    IF to_regclass('"LiteLLM_PolicyAttachmentTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_PolicyAttachmentTable" (
            "attachment_id" text NOT NULL,
            "policy_name" text NOT NULL,
            "scope" text,
            "teams" text[] DEFAULT ARRAY[]::text[],
            "keys" text[] DEFAULT ARRAY[]::text[],
            "models" text[] DEFAULT ARRAY[]::text[],
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_by" text,
            "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_by" text,
            "tags" text[] DEFAULT ARRAY[]::text[],
            CONSTRAINT "LiteLLM_PolicyAttachmentTable_pkey" PRIMARY KEY ("attachment_id")
        );
    END IF;

    IF to_regclass('"LiteLLM_PolicyTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_PolicyTable" (
            "policy_id" text NOT NULL,
            "policy_name" text NOT NULL,
            "inherit" text,
            "description" text,
            "guardrails_add" text[] DEFAULT ARRAY[]::text[],
            "guardrails_remove" text[] DEFAULT ARRAY[]::text[],
            "condition" jsonb,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_by" text,
            "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_by" text,
            "pipeline" jsonb,
            CONSTRAINT "LiteLLM_PolicyTable_pkey" PRIMARY KEY ("policy_id")
        );
        CREATE UNIQUE INDEX "LiteLLM_PolicyTable_policy_name_key" ON "LiteLLM_PolicyTable" ("policy_name");
    END IF;

    IF to_regclass('"LiteLLM_PromptTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_PromptTable" (
            "id" text NOT NULL,
            "prompt_id" text NOT NULL,
            "litellm_params" jsonb NOT NULL,
            "prompt_info" jsonb,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            "version" integer NOT NULL DEFAULT 1,
            CONSTRAINT "LiteLLM_PromptTable_pkey" PRIMARY KEY ("id")
        );
        CREATE UNIQUE INDEX "LiteLLM_PromptTable_prompt_id_version_key" ON "LiteLLM_PromptTable" ("prompt_id", "version");
        CREATE INDEX "LiteLLM_PromptTable_prompt_id_idx" ON "LiteLLM_PromptTable" ("prompt_id");
    END IF;

    IF to_regclass('"LiteLLM_SSOConfig"') IS NULL THEN
        CREATE TABLE "LiteLLM_SSOConfig" (
            "id" text NOT NULL DEFAULT 'sso_config',
            "sso_settings" jsonb NOT NULL,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            CONSTRAINT "LiteLLM_SSOConfig_pkey" PRIMARY KEY ("id")
        );
    END IF;

    IF to_regclass('"LiteLLM_SearchToolsTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_SearchToolsTable" (
            "search_tool_id" text NOT NULL,
            "search_tool_name" text NOT NULL,
            "litellm_params" jsonb NOT NULL,
            "search_tool_info" jsonb,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            CONSTRAINT "LiteLLM_SearchToolsTable_pkey" PRIMARY KEY ("search_tool_id")
        );
        CREATE UNIQUE INDEX "LiteLLM_SearchToolsTable_search_tool_name_key" ON "LiteLLM_SearchToolsTable" ("search_tool_name");
    END IF;

    IF to_regclass('"LiteLLM_SkillsTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_SkillsTable" (
            "skill_id" text NOT NULL,
            "display_title" text,
            "description" text,
            "instructions" text,
            "source" text NOT NULL DEFAULT 'custom',
            "latest_version" text,
            "file_content" bytea,
            "file_name" text,
            "file_type" text,
            "metadata" jsonb DEFAULT '{}',
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_by" text,
            "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_by" text,
            CONSTRAINT "LiteLLM_SkillsTable_pkey" PRIMARY KEY ("skill_id")
        );
    END IF;

    IF to_regclass('"LiteLLM_UISettings"') IS NULL THEN
        CREATE TABLE "LiteLLM_UISettings" (
            "id" text NOT NULL DEFAULT 'ui_settings',
            "ui_settings" jsonb NOT NULL,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            CONSTRAINT "LiteLLM_UISettings_pkey" PRIMARY KEY ("id")
        );
    END IF;
END
$$;
