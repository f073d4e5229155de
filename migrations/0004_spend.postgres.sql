-- The ledger and its daily roll-ups.
-- A table that exists already is LiteLLM's: neither it nor its indexes are touched.

DO $$
BEGIN
    IF to_regclass('"LiteLLM_SpendLogs"') IS NULL THEN
        CREATE TABLE "LiteLLM_SpendLogs" (
            "request_id" text NOT NULL,
            "call_type" text NOT NULL,
            "api_key" text NOT NULL DEFAULT '',
            "spend" double precision NOT NULL DEFAULT 0.0,
            "total_tokens" integer NOT NULL DEFAULT 0,
            "prompt_tokens" integer NOT NULL DEFAULT 0,
            "completion_tokens" integer NOT NULL DEFAULT 0,
            "startTime" timestamp(3) NOT NULL,
            "endTime" timestamp(3) NOT NULL,
            "completionStartTime" timestamp(3),
            "model" text NOT NULL DEFAULT '',
            "model_id" text DEFAULT '',
            "model_group" text DEFAULT '',
            "custom_llm_provider" text DEFAULT '',
            "api_base" text DEFAULT '',
            "user" text DEFAULT '',
            "metadata" jsonb DEFAULT '{}',
            "cache_hit" text DEFAULT '',
            "cache_key" text DEFAULT '',
            "request_tags" jsonb DEFAULT '[]',
            "team_id" text,
            "end_user" text,
            "requester_ip_address" text,
            "messages" jsonb DEFAULT '{}',
            "response" jsonb DEFAULT '{}',
            "proxy_server_request" jsonb DEFAULT '{}',
            "session_id" text,
            "status" text,
            "mcp_namespaced_tool_name" text,
            "organization_id" text,
            "agent_id" text,
            CONSTRAINT "LiteLLM_SpendLogs_pkey" PRIMARY KEY ("request_id")
        );
        CREATE INDEX "LiteLLM_SpendLogs_end_user_idx" ON "LiteLLM_SpendLogs" ("end_user");
        CREATE INDEX "LiteLLM_SpendLogs_session_id_idx" ON "LiteLLM_SpendLogs" ("session_id");
        CREATE INDEX "LiteLLM_SpendLogs_startTime_idx" ON "LiteLLM_SpendLogs" ("startTime");
    END IF;

    IF to_regclass('"LiteLLM_ErrorLogs"') IS NULL THEN
        CREATE TABLE "LiteLLM_ErrorLogs" (
            "request_id" text NOT NULL,
            "startTime" timestamp(3) NOT NULL,
            "endTime" timestamp(3) NOT NULL,
            "api_base" text NOT NULL DEFAULT '',
            "model_group" text NOT NULL DEFAULT '',
            "litellm_model_name" text NOT NULL DEFAULT '',
            "model_id" text NOT NULL DEFAULT '',
            "request_kwargs" jsonb NOT NULL DEFAULT '{}',
            "exception_type" text NOT NULL DEFAULT '',
            "exception_string" text NOT NULL DEFAULT '',
            "status_code" text NOT NULL DEFAULT '',
            CONSTRAINT "LiteLLM_ErrorLogs_pkey" PRIMARY KEY ("request_id")
        );
    END IF;

    IF to_regclass('"LiteLLM_DailyUserSpend"') IS NULL THEN
        CREATE TABLE "LiteLLM_DailyUserSpend" (
            "id" text NOT NULL,
            "user_id" text,
            "date" text NOT NULL,
            "api_key" text NOT NULL,
            "model" text,
            "model_group" text,
            "custom_llm_provider" text,
            "prompt_tokens" bigint NOT NULL DEFAULT 0,
            "completion_tokens" bigint NOT NULL DEFAULT 0,
            "spend" double precision NOT NULL DEFAULT 0.0,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            "api_requests" bigint NOT NULL DEFAULT 0,
            "failed_requests" bigint NOT NULL DEFAULT 0,
            "successful_requests" bigint NOT NULL DEFAULT 0,
            "cache_creation_input_tokens" bigint NOT NULL DEFAULT 0,
            "cache_read_input_tokens" bigint NOT NULL DEFAULT 0,
            "mcp_namespaced_tool_name" text,
            "endpoint" text,
            CONSTRAINT "LiteLLM_DailyUserSpend_pkey" PRIMARY KEY ("id")
        );
        CREATE INDEX "LiteLLM_DailyUserSpend_api_key_idx" ON "LiteLLM_DailyUserSpend" ("api_key");
        CREATE INDEX "LiteLLM_DailyUserSpend_date_idx" ON "LiteLLM_DailyUserSpend" ("date");
        CREATE INDEX "LiteLLM_DailyUserSpend_endpoint_idx" ON "LiteLLM_DailyUserSpend" ("endpoint");
        CREATE INDEX "LiteLLM_DailyUserSpend_mcp_namespaced_tool_name_idx" ON "LiteLLM_DailyUserSpend" ("mcp_namespaced_tool_name");
        CREATE INDEX "LiteLLM_DailyUserSpend_model_idx" ON "LiteLLM_DailyUserSpend" ("model");
        CREATE UNIQUE INDEX "LiteLLM_DailyUserSpend_user_id_date_api_key_model_custom_ll_key" ON "LiteLLM_DailyUserSpend" ("user_id", "date", "api_key", "model", "custom_llm_provider", "mcp_namespaced_tool_name", "endpoint");
        CREATE INDEX "LiteLLM_DailyUserSpend_user_id_idx" ON "LiteLLM_DailyUserSpend" ("user_id");
    END IF;

    IF to_regclass('"LiteLLM_DailyTeamSpend"') IS NULL THEN
        CREATE TABLE "LiteLLM_DailyTeamSpend" (
            "id" text NOT NULL,
            "team_id" text,
            "date" text NOT NULL,
            "api_key" text NOT NULL,
            "model" text,
            "model_group" text,
            "custom_llm_provider" text,
            "prompt_tokens" bigint NOT NULL DEFAULT 0,
            "completion_tokens" bigint NOT NULL DEFAULT 0,
            "spend" double precision NOT NULL DEFAULT 0.0,
            "api_requests" bigint NOT NULL DEFAULT 0,
            "successful_requests" bigint NOT NULL DEFAULT 0,
            "failed_requests" bigint NOT NULL DEFAULT 0,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            "cache_creation_input_tokens" bigint NOT NULL DEFAULT 0,
            "cache_read_input_tokens" bigint NOT NULL DEFAULT 0,
            "mcp_namespaced_tool_name" text,
            "endpoint" text,
            CONSTRAINT "LiteLLM_DailyTeamSpend_pkey" PRIMARY KEY ("id")
        );
        CREATE INDEX "LiteLLM_DailyTeamSpend_api_key_idx" ON "LiteLLM_DailyTeamSpend" ("api_key");
        CREATE INDEX "LiteLLM_DailyTeamSpend_date_idx" ON "LiteLLM_DailyTeamSpend" ("date");
        CREATE INDEX "LiteLLM_DailyTeamSpend_endpoint_idx" ON "LiteLLM_DailyTeamSpend" ("endpoint");
        CREATE INDEX "LiteLLM_DailyTeamSpend_mcp_namespaced_tool_name_idx" ON "LiteLLM_DailyTeamSpend" ("mcp_namespaced_tool_name");
        CREATE INDEX "LiteLLM_DailyTeamSpend_model_idx" ON "LiteLLM_DailyTeamSpend" ("model");
        CREATE UNIQUE INDEX "LiteLLM_DailyTeamSpend_team_id_date_api_key_model_custom_ll_key" ON "LiteLLM_DailyTeamSpend" ("team_id", "date", "api_key", "model", "custom_llm_provider", "mcp_namespaced_tool_name", "endpoint");
        CREATE INDEX "LiteLLM_DailyTeamSpend_team_id_idx" ON "LiteLLM_DailyTeamSpend" ("team_id");
    END IF;

    IF to_regclass('"LiteLLM_DailyTagSpend"') IS NULL THEN
        CREATE TABLE "LiteLLM_DailyTagSpend" (
            "id" text NOT NULL,
            "tag" text,
            "date" text NOT NULL,
            "api_key" text NOT NULL,
            "model" text,
            "model_group" text,
            "custom_llm_provider" text,
            "prompt_tokens" bigint NOT NULL DEFAULT 0,
            "completion_tokens" bigint NOT NULL DEFAULT 0,
            "cache_read_input_tokens" bigint NOT NULL DEFAULT 0,
            "cache_creation_input_tokens" bigint NOT NULL DEFAULT 0,
            "spend" double precision NOT NULL DEFAULT 0.0,
            "api_requests" bigint NOT NULL DEFAULT 0,
            "successful_requests" bigint NOT NULL DEFAULT 0,
            "failed_requests" bigint NOT NULL DEFAULT 0,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            "mcp_namespaced_tool_name" text,
            "request_id" text,
            "endpoint" text,
            CONSTRAINT "LiteLLM_DailyTagSpend_pkey" PRIMARY KEY ("id")
        );
        CREATE INDEX "LiteLLM_DailyTagSpend_api_key_idx" ON "LiteLLM_DailyTagSpend" ("api_key");
        CREATE INDEX "LiteLLM_DailyTagSpend_date_idx" ON "LiteLLM_DailyTagSpend" ("date");
        CREATE INDEX "LiteLLM_DailyTagSpend_endpoint_idx" ON "LiteLLM_DailyTagSpend" ("endpoint");
        CREATE INDEX "LiteLLM_DailyTagSpend_mcp_namespaced_tool_name_idx" ON "LiteLLM_DailyTagSpend" ("mcp_namespaced_tool_name");
        CREATE INDEX "LiteLLM_DailyTagSpend_model_idx" ON "LiteLLM_DailyTagSpend" ("model");
        CREATE UNIQUE INDEX "LiteLLM_DailyTagSpend_tag_date_api_key_model_custom_llm_pro_key" ON "LiteLLM_DailyTagSpend" ("tag", "date", "api_key", "model", "custom_llm_provider", "mcp_namespaced_tool_name", "endpoint");
        CREATE INDEX "LiteLLM_DailyTagSpend_tag_idx" ON "LiteLLM_DailyTagSpend" ("tag");
    END IF;

    IF to_regclass('"LiteLLM_DailyOrganizationSpend"') IS NULL THEN
        CREATE TABLE "LiteLLM_DailyOrganizationSpend" (
            "id" text NOT NULL,
            "organization_id" text,
            "date" text NOT NULL,
            "api_key" text NOT NULL,
            "model" text,
            "model_group" text,
            "custom_llm_provider" text,
            "mcp_namespaced_tool_name" text,
            "prompt_tokens" bigint NOT NULL DEFAULT 0,
            "completion_tokens" bigint NOT NULL DEFAULT 0,
            "cache_read_input_tokens" bigint NOT NULL DEFAULT 0,
            "cache_creation_input_tokens" bigint NOT NULL DEFAULT 0,
            "spend" double precision NOT NULL DEFAULT 0.0,
            "api_requests" bigint NOT NULL DEFAULT 0,
            "successful_requests" bigint NOT NULL DEFAULT 0,
            "failed_requests" bigint NOT NULL DEFAULT 0,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            "endpoint" text,
            CONSTRAINT "LiteLLM_DailyOrganizationSpend_pkey" PRIMARY KEY ("id")
        );
        CREATE INDEX "LiteLLM_DailyOrganizationSpend_api_key_idx" ON "LiteLLM_DailyOrganizationSpend" ("api_key");
        CREATE INDEX "LiteLLM_DailyOrganizationSpend_date_idx" ON "LiteLLM_DailyOrganizationSpend" ("date");
        CREATE INDEX "LiteLLM_DailyOrganizationSpend_endpoint_idx" ON "LiteLLM_DailyOrganizationSpend" ("endpoint");
        CREATE INDEX "LiteLLM_DailyOrganizationSpend_mcp_namespaced_tool_name_idx" ON "LiteLLM_DailyOrganizationSpend" ("mcp_namespaced_tool_name");
        CREATE INDEX "LiteLLM_DailyOrganizationSpend_model_idx" ON "LiteLLM_DailyOrganizationSpend" ("model");
        CREATE UNIQUE INDEX "LiteLLM_DailyOrganizationSpend_organization_id_date_api_key_key" ON "LiteLLM_DailyOrganizationSpend" ("organization_id", "date", "api_key", "model", "custom_llm_provider", "mcp_namespaced_tool_name", "endpoint");
        CREATE INDEX "LiteLLM_DailyOrganizationSpend_organization_id_idx" ON "LiteLLM_DailyOrganizationSpend" ("organization_id");
    END IF;

    IF to_regclass('"LiteLLM_DailyEndUserSpend"') IS NULL THEN
        CREATE TABLE "LiteLLM_DailyEndUserSpend" (
            "id" text NOT NULL,
            "end_user_id" text,
            "date" text NOT NULL,
            "api_key" text NOT NULL,
            "model" text,
            "model_group" text,
            "custom_llm_provider" text,
            "mcp_namespaced_tool_name" text,
            "prompt_tokens" bigint NOT NULL DEFAULT 0,
            "completion_tokens" bigint NOT NULL DEFAULT 0,
            "cache_read_input_tokens" bigint NOT NULL DEFAULT 0,
            "cache_creation_input_tokens" bigint NOT NULL DEFAULT 0,
            "spend" double precision NOT NULL DEFAULT 0.0,
            "api_requests" bigint NOT NULL DEFAULT 0,
            "successful_requests" bigint NOT NULL DEFAULT 0,
            "failed_requests" bigint NOT NULL DEFAULT 0,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            "endpoint" text,
            CONSTRAINT "LiteLLM_DailyEndUserSpend_pkey" PRIMARY KEY ("id")
        );
        CREATE INDEX "LiteLLM_DailyEndUserSpend_api_key_idx" ON "LiteLLM_DailyEndUserSpend" ("api_key");
        CREATE INDEX "LiteLLM_DailyEndUserSpend_date_idx" ON "LiteLLM_DailyEndUserSpend" ("date");
        CREATE UNIQUE INDEX "LiteLLM_DailyEndUserSpend_end_user_id_date_api_key_model_cu_key" ON "LiteLLM_DailyEndUserSpend" ("end_user_id", "date", "api_key", "model", "custom_llm_provider", "mcp_namespaced_tool_name", "endpoint");
        CREATE INDEX "LiteLLM_DailyEndUserSpend_end_user_id_idx" ON "LiteLLM_DailyEndUserSpend" ("end_user_id");
        CREATE INDEX "LiteLLM_DailyEndUserSpend_endpoint_idx" ON "LiteLLM_DailyEndUserSpend" ("endpoint");
        CREATE INDEX "LiteLLM_DailyEndUserSpend_mcp_namespaced_tool_name_idx" ON "LiteLLM_DailyEndUserSpend" ("mcp_namespaced_tool_name");
        CREATE INDEX "LiteLLM_DailyEndUserSpend_model_idx" ON "LiteLLM_DailyEndUserSpend" ("model");
    END IF;

    IF to_regclass('"LiteLLM_DailyAgentSpend"') IS NULL THEN
        CREATE TABLE "LiteLLM_DailyAgentSpend" (
            "id" text NOT NULL,
            "agent_id" text,
            "date" text NOT NULL,
            "api_key" text NOT NULL,
            "model" text,
            "model_group" text,
            "custom_llm_provider" text,
            "mcp_namespaced_tool_name" text,
            "prompt_tokens" bigint NOT NULL DEFAULT 0,
            "completion_tokens" bigint NOT NULL DEFAULT 0,
            "cache_read_input_tokens" bigint NOT NULL DEFAULT 0,
            "cache_creation_input_tokens" bigint NOT NULL DEFAULT 0,
            "spend" double precision NOT NULL DEFAULT 0.0,
            "api_requests" bigint NOT NULL DEFAULT 0,
            "successful_requests" bigint NOT NULL DEFAULT 0,
            "failed_requests" bigint NOT NULL DEFAULT 0,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_at" timestamp(3) NOT NULL,
            "endpoint" text,
            CONSTRAINT "LiteLLM_DailyAgentSpend_pkey" PRIMARY KEY ("id")
        );
        CREATE UNIQUE INDEX "LiteLLM_DailyAgentSpend_agent_id_date_api_key_model_custom__key" ON "LiteLLM_DailyAgentSpend" ("agent_id", "date", "api_key", "model", "custom_llm_provider", "mcp_namespaced_tool_name", "endpoint");
        CREATE INDEX "LiteLLM_DailyAgentSpend_agent_id_idx" ON "LiteLLM_DailyAgentSpend" ("agent_id");
        CREATE INDEX "LiteLLM_DailyAgentSpend_api_key_idx" ON "LiteLLM_DailyAgentSpend" ("api_key");
        CREATE INDEX "LiteLLM_DailyAgentSpend_date_idx" ON "LiteLLM_DailyAgentSpend" ("date");
        CREATE INDEX "LiteLLM_DailyAgentSpend_endpoint_idx" ON "LiteLLM_DailyAgentSpend" ("endpoint");
        CREATE INDEX "LiteLLM_DailyAgentSpend_mcp_namespaced_tool_name_idx" ON "LiteLLM_DailyAgentSpend" ("mcp_namespaced_tool_name");
        CREATE INDEX "LiteLLM_DailyAgentSpend_model_idx" ON "LiteLLM_DailyAgentSpend" ("model");
    END IF;
END
$$;
