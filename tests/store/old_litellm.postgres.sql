-- Tables as LiteLLM made them in April 2025: no rotation, no allowed_routes, five columns in the daily unique keys.

CREATE TABLE "LiteLLM_BudgetTable" (
    "budget_id" text NOT NULL,
    "max_budget" double precision,
    "soft_budget" double precision,
    "max_parallel_requests" integer,
    "tpm_limit" bigint,
    "rpm_limit" bigint,
    "model_max_budget" jsonb,
    "budget_duration" text,
    "budget_reset_at" timestamp(3),
    "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" text NOT NULL,
    "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" text NOT NULL,
    CONSTRAINT "LiteLLM_BudgetTable_pkey" PRIMARY KEY ("budget_id")
);

CREATE TABLE "LiteLLM_OrganizationTable" (
    "organization_id" text NOT NULL,
    "organization_alias" text NOT NULL,
    "budget_id" text NOT NULL,
    "metadata" jsonb NOT NULL DEFAULT '{}',
    "models" text[],
    "spend" double precision NOT NULL DEFAULT 0.0,
    "model_spend" jsonb NOT NULL DEFAULT '{}',
    "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" text NOT NULL,
    "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" text NOT NULL,
    CONSTRAINT "LiteLLM_OrganizationTable_pkey" PRIMARY KEY ("organization_id"),
    CONSTRAINT "LiteLLM_OrganizationTable_budget_id_fkey" FOREIGN KEY ("budget_id")
        REFERENCES "LiteLLM_BudgetTable" ("budget_id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "LiteLLM_ModelTable" (
    "id" serial NOT NULL,
    "aliases" jsonb,
    "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" text NOT NULL,
    "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" text NOT NULL,
    CONSTRAINT "LiteLLM_ModelTable_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "LiteLLM_UserTable" (
    "user_id" text NOT NULL,
    "user_alias" text,
    "team_id" text,
    "sso_user_id" text,
    "organization_id" text,
    "password" text,
    "teams" text[] DEFAULT ARRAY[]::text[],
    "user_role" text,
    "max_budget" double precision,
    "spend" double precision NOT NULL DEFAULT 0.0,
    "user_email" text,
    "models" text[],
    "metadata" jsonb NOT NULL DEFAULT '{}',
    "max_parallel_requests" integer,
    "tpm_limit" bigint,
    "rpm_limit" bigint,
    "budget_duration" text,
    "budget_reset_at" timestamp(3),
    "allowed_cache_controls" text[] DEFAULT ARRAY[]::text[],
    "model_spend" jsonb NOT NULL DEFAULT '{}',
    "model_max_budget" jsonb NOT NULL DEFAULT '{}',
    "created_at" timestamp(3) DEFAULT CURRENT_TIMESTAMP,
    "updated_at" timestamp(3) DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "LiteLLM_UserTable_pkey" PRIMARY KEY ("user_id"),
    CONSTRAINT "LiteLLM_UserTable_organization_id_fkey" FOREIGN KEY ("organization_id")
        REFERENCES "LiteLLM_OrganizationTable" ("organization_id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "LiteLLM_UserTable_sso_user_id_key" ON "LiteLLM_UserTable" ("sso_user_id");

CREATE TABLE "LiteLLM_TeamTable" (
    "team_id" text NOT NULL,
    "team_alias" text,
    "organization_id" text,
    "admins" text[],
    "members" text[],
    "members_with_roles" jsonb NOT NULL DEFAULT '{}',
    "metadata" jsonb NOT NULL DEFAULT '{}',
    "max_budget" double precision,
    "spend" double precision NOT NULL DEFAULT 0.0,
    "models" text[],
    "max_parallel_requests" integer,
    "tpm_limit" bigint,
    "rpm_limit" bigint,
    "budget_duration" text,
    "budget_reset_at" timestamp(3),
    "blocked" boolean NOT NULL DEFAULT false,
    "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "model_spend" jsonb NOT NULL DEFAULT '{}',
    "model_max_budget" jsonb NOT NULL DEFAULT '{}',
    "model_id" integer,
    "team_member_permissions" text[] DEFAULT ARRAY[]::text[],
    CONSTRAINT "LiteLLM_TeamTable_pkey" PRIMARY KEY ("team_id"),
    CONSTRAINT "LiteLLM_TeamTable_model_id_fkey" FOREIGN KEY ("model_id")
        REFERENCES "LiteLLM_ModelTable" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT "LiteLLM_TeamTable_organization_id_fkey" FOREIGN KEY ("organization_id")
        REFERENCES "LiteLLM_OrganizationTable" ("organization_id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "LiteLLM_TeamTable_model_id_key" ON "LiteLLM_TeamTable" ("model_id");

CREATE TABLE "LiteLLM_TeamMembership" (
    "user_id" text NOT NULL,
    "team_id" text NOT NULL,
    "spend" double precision NOT NULL DEFAULT 0.0,
    "budget_id" text,
    CONSTRAINT "LiteLLM_TeamMembership_pkey" PRIMARY KEY ("user_id", "team_id"),
    CONSTRAINT "LiteLLM_TeamMembership_budget_id_fkey" FOREIGN KEY ("budget_id")
        REFERENCES "LiteLLM_BudgetTable" ("budget_id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE TABLE "LiteLLM_OrganizationMembership" (
    "user_id" text NOT NULL,
    "organization_id" text NOT NULL,
    "user_role" text,
    "spend" double precision DEFAULT 0.0,
    "budget_id" text,
    "created_at" timestamp(3) DEFAULT CURRENT_TIMESTAMP,
    "updated_at" timestamp(3) DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT "LiteLLM_OrganizationMembership_pkey" PRIMARY KEY ("user_id", "organization_id"),
    CONSTRAINT "LiteLLM_OrganizationMembership_budget_id_fkey" FOREIGN KEY ("budget_id")
        REFERENCES "LiteLLM_BudgetTable" ("budget_id") ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT "LiteLLM_OrganizationMembership_organization_id_fkey" FOREIGN KEY ("organization_id")
        REFERENCES "LiteLLM_OrganizationTable" ("organization_id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "LiteLLM_OrganizationMembership_user_id_fkey" FOREIGN KEY ("user_id")
        REFERENCES "LiteLLM_UserTable" ("user_id") ON DELETE RESTRICT ON UPDATE CASCADE
);
CREATE UNIQUE INDEX "LiteLLM_OrganizationMembership_user_id_organization_id_key" ON "LiteLLM_OrganizationMembership" ("user_id", "organization_id");

CREATE TABLE "LiteLLM_EndUserTable" (
    "user_id" text NOT NULL,
    "alias" text,
    "spend" double precision NOT NULL DEFAULT 0.0,
    "allowed_model_region" text,
    "default_model" text,
    "budget_id" text,
    "blocked" boolean NOT NULL DEFAULT false,
    CONSTRAINT "LiteLLM_EndUserTable_pkey" PRIMARY KEY ("user_id"),
    CONSTRAINT "LiteLLM_EndUserTable_budget_id_fkey" FOREIGN KEY ("budget_id")
        REFERENCES "LiteLLM_BudgetTable" ("budget_id") ON DELETE SET NULL ON UPDATE CASCADE
);

CREATE TABLE "LiteLLM_InvitationLink" (
    "id" text NOT NULL,
    "user_id" text NOT NULL,
    "is_accepted" boolean NOT NULL DEFAULT false,
    "accepted_at" timestamp(3),
    "expires_at" timestamp(3) NOT NULL,
    "created_at" timestamp(3) NOT NULL,
    "created_by" text NOT NULL,
    "updated_at" timestamp(3) NOT NULL,
    "updated_by" text NOT NULL,
    CONSTRAINT "LiteLLM_InvitationLink_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "LiteLLM_InvitationLink_created_by_fkey" FOREIGN KEY ("created_by")
        REFERENCES "LiteLLM_UserTable" ("user_id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "LiteLLM_InvitationLink_updated_by_fkey" FOREIGN KEY ("updated_by")
        REFERENCES "LiteLLM_UserTable" ("user_id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "LiteLLM_InvitationLink_user_id_fkey" FOREIGN KEY ("user_id")
        REFERENCES "LiteLLM_UserTable" ("user_id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE TABLE "LiteLLM_UserNotifications" (
    "request_id" text NOT NULL,
    "user_id" text NOT NULL,
    "models" text[],
    "justification" text NOT NULL,
    "status" text NOT NULL,
    CONSTRAINT "LiteLLM_UserNotifications_pkey" PRIMARY KEY ("request_id")
);

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
    CONSTRAINT "LiteLLM_VerificationToken_pkey" PRIMARY KEY ("token"),
    CONSTRAINT "LiteLLM_VerificationToken_budget_id_fkey" FOREIGN KEY ("budget_id")
        REFERENCES "LiteLLM_BudgetTable" ("budget_id") ON DELETE SET NULL ON UPDATE CASCADE,
    CONSTRAINT "LiteLLM_VerificationToken_organization_id_fkey" FOREIGN KEY ("organization_id")
        REFERENCES "LiteLLM_OrganizationTable" ("organization_id") ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE INDEX "LiteLLM_VerificationToken_budget_reset_at_expires_idx" ON "LiteLLM_VerificationToken" ("budget_reset_at", "expires");
CREATE INDEX "LiteLLM_VerificationToken_team_id_idx" ON "LiteLLM_VerificationToken" ("team_id");
CREATE INDEX "LiteLLM_VerificationToken_user_id_team_id_idx" ON "LiteLLM_VerificationToken" ("user_id", "team_id");

CREATE TABLE "LiteLLM_ProxyModelTable" (
    "model_id" text NOT NULL,
    "model_name" text NOT NULL,
    "litellm_params" jsonb NOT NULL,
    "model_info" jsonb,
    "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" text NOT NULL,
    "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" text NOT NULL,
    CONSTRAINT "LiteLLM_ProxyModelTable_pkey" PRIMARY KEY ("model_id")
);

CREATE TABLE "LiteLLM_CredentialsTable" (
    "credential_id" text NOT NULL,
    "credential_name" text NOT NULL,
    "credential_values" jsonb NOT NULL,
    "credential_info" jsonb,
    "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" text NOT NULL,
    "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_by" text NOT NULL,
    CONSTRAINT "LiteLLM_CredentialsTable_pkey" PRIMARY KEY ("credential_id")
);
CREATE UNIQUE INDEX "LiteLLM_CredentialsTable_credential_name_key" ON "LiteLLM_CredentialsTable" ("credential_name");

CREATE TABLE "LiteLLM_Config" (
    "param_name" text NOT NULL,
    "param_value" jsonb,
    CONSTRAINT "LiteLLM_Config_pkey" PRIMARY KEY ("param_name")
);

CREATE TABLE "LiteLLM_AuditLog" (
    "id" text NOT NULL,
    "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_by" text NOT NULL DEFAULT '',
    "changed_by_api_key" text NOT NULL DEFAULT '',
    "action" text NOT NULL,
    "table_name" text NOT NULL,
    "object_id" text NOT NULL,
    "before_value" jsonb,
    "updated_values" jsonb,
    CONSTRAINT "LiteLLM_AuditLog_pkey" PRIMARY KEY ("id")
);

CREATE TYPE "JobStatus" AS ENUM ('ACTIVE', 'INACTIVE');
CREATE TABLE "LiteLLM_CronJob" (
    "cronjob_id" text NOT NULL,
    "pod_id" text NOT NULL,
    "status" "JobStatus" NOT NULL DEFAULT 'INACTIVE',
    "last_updated" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ttl" timestamp(3) NOT NULL,
    CONSTRAINT "LiteLLM_CronJob_pkey" PRIMARY KEY ("cronjob_id")
);

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
    CONSTRAINT "LiteLLM_SpendLogs_pkey" PRIMARY KEY ("request_id")
);
CREATE INDEX "LiteLLM_SpendLogs_end_user_idx" ON "LiteLLM_SpendLogs" ("end_user");
CREATE INDEX "LiteLLM_SpendLogs_startTime_idx" ON "LiteLLM_SpendLogs" ("startTime");

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

CREATE TABLE "LiteLLM_DailyUserSpend" (
    "id" text NOT NULL,
    "user_id" text NOT NULL,
    "date" text NOT NULL,
    "api_key" text NOT NULL,
    "model" text NOT NULL,
    "model_group" text,
    "custom_llm_provider" text,
    "prompt_tokens" integer NOT NULL DEFAULT 0,
    "completion_tokens" integer NOT NULL DEFAULT 0,
    "spend" double precision NOT NULL DEFAULT 0.0,
    "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" timestamp(3) NOT NULL,
    "api_requests" integer NOT NULL DEFAULT 0,
    "failed_requests" integer NOT NULL DEFAULT 0,
    "successful_requests" integer NOT NULL DEFAULT 0,
    "cache_creation_input_tokens" integer NOT NULL DEFAULT 0,
    "cache_read_input_tokens" integer NOT NULL DEFAULT 0,
    CONSTRAINT "LiteLLM_DailyUserSpend_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "LiteLLM_DailyUserSpend_api_key_idx" ON "LiteLLM_DailyUserSpend" ("api_key");
CREATE INDEX "LiteLLM_DailyUserSpend_date_idx" ON "LiteLLM_DailyUserSpend" ("date");
CREATE INDEX "LiteLLM_DailyUserSpend_model_idx" ON "LiteLLM_DailyUserSpend" ("model");
CREATE UNIQUE INDEX "LiteLLM_DailyUserSpend_user_id_date_api_key_model_custom_ll_key" ON "LiteLLM_DailyUserSpend" ("user_id", "date", "api_key", "model", "custom_llm_provider");
CREATE INDEX "LiteLLM_DailyUserSpend_user_id_idx" ON "LiteLLM_DailyUserSpend" ("user_id");

CREATE TABLE "LiteLLM_DailyTeamSpend" (
    "id" text NOT NULL,
    "team_id" text NOT NULL,
    "date" text NOT NULL,
    "api_key" text NOT NULL,
    "model" text NOT NULL,
    "model_group" text,
    "custom_llm_provider" text,
    "prompt_tokens" integer NOT NULL DEFAULT 0,
    "completion_tokens" integer NOT NULL DEFAULT 0,
    "spend" double precision NOT NULL DEFAULT 0.0,
    "api_requests" integer NOT NULL DEFAULT 0,
    "successful_requests" integer NOT NULL DEFAULT 0,
    "failed_requests" integer NOT NULL DEFAULT 0,
    "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" timestamp(3) NOT NULL,
    CONSTRAINT "LiteLLM_DailyTeamSpend_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "LiteLLM_DailyTeamSpend_api_key_idx" ON "LiteLLM_DailyTeamSpend" ("api_key");
CREATE INDEX "LiteLLM_DailyTeamSpend_date_idx" ON "LiteLLM_DailyTeamSpend" ("date");
CREATE INDEX "LiteLLM_DailyTeamSpend_model_idx" ON "LiteLLM_DailyTeamSpend" ("model");
CREATE UNIQUE INDEX "LiteLLM_DailyTeamSpend_team_id_date_api_key_model_custom_ll_key" ON "LiteLLM_DailyTeamSpend" ("team_id", "date", "api_key", "model", "custom_llm_provider");
CREATE INDEX "LiteLLM_DailyTeamSpend_team_id_idx" ON "LiteLLM_DailyTeamSpend" ("team_id");
