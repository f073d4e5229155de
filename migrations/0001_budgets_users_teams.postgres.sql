-- Budgets, organizations, users, teams and who belongs where.
-- A table that exists already is LiteLLM's: neither it nor its indexes are touched.

DO $$
BEGIN
    IF to_regclass('"LiteLLM_BudgetTable"') IS NULL THEN
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
    END IF;

    IF to_regclass('"LiteLLM_ObjectPermissionTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_ObjectPermissionTable" (
            "object_permission_id" text NOT NULL,
            "mcp_servers" text[] DEFAULT ARRAY[]::text[],
            "vector_stores" text[] DEFAULT ARRAY[]::text[],
            "mcp_access_groups" text[] DEFAULT ARRAY[]::text[],
            "mcp_tool_permissions" jsonb,
            "agents" text[] DEFAULT ARRAY[]::text[],
            "agent_access_groups" text[] DEFAULT ARRAY[]::text[],
            CONSTRAINT "LiteLLM_ObjectPermissionTable_pkey" PRIMARY KEY ("object_permission_id")
        );
    END IF;

    IF to_regclass('"LiteLLM_OrganizationTable"') IS NULL THEN
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
            "object_permission_id" text,
            CONSTRAINT "LiteLLM_OrganizationTable_pkey" PRIMARY KEY ("organization_id"),
            CONSTRAINT "LiteLLM_OrganizationTable_budget_id_fkey" FOREIGN KEY ("budget_id")
                REFERENCES "LiteLLM_BudgetTable" ("budget_id") ON DELETE RESTRICT ON UPDATE CASCADE,
            CONSTRAINT "LiteLLM_OrganizationTable_object_permission_id_fkey" FOREIGN KEY ("object_permission_id")
                REFERENCES "LiteLLM_ObjectPermissionTable" ("object_permission_id") ON DELETE SET NULL ON UPDATE CASCADE
        );
    END IF;

    IF to_regclass('"LiteLLM_ModelTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_ModelTable" (
            "id" serial NOT NULL,
            "aliases" jsonb,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_by" text NOT NULL,
            "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_by" text NOT NULL,
            CONSTRAINT "LiteLLM_ModelTable_pkey" PRIMARY KEY ("id")
        );
    END IF;

    IF to_regclass('"LiteLLM_UserTable"') IS NULL THEN
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
            "object_permission_id" text,
            "policies" text[] DEFAULT ARRAY[]::text[],
            CONSTRAINT "LiteLLM_UserTable_pkey" PRIMARY KEY ("user_id"),
            CONSTRAINT "LiteLLM_UserTable_object_permission_id_fkey" FOREIGN KEY ("object_permission_id")
                REFERENCES "LiteLLM_ObjectPermissionTable" ("object_permission_id") ON DELETE SET NULL ON UPDATE CASCADE,
            CONSTRAINT "LiteLLM_UserTable_organization_id_fkey" FOREIGN KEY ("organization_id")
                REFERENCES "LiteLLM_OrganizationTable" ("organization_id") ON DELETE SET NULL ON UPDATE CASCADE
        );
        CREATE UNIQUE INDEX "LiteLLM_UserTable_sso_user_id_key" ON "LiteLLM_UserTable" ("sso_user_id");
        CREATE INDEX "LiteLLM_UserTable_user_email_lower_idx" ON "LiteLLM_UserTable" (lower(user_email));
    END IF;

    IF to_regclass('"LiteLLM_TeamTable"') IS NULL THEN
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
            "object_permission_id" text,
            "router_settings" jsonb DEFAULT '{}',
            "policies" text[] DEFAULT ARRAY[]::text[],
            "allow_team_guardrail_config" boolean NOT NULL DEFAULT false,
            "soft_budget" double precision,
            "access_group_ids" text[] DEFAULT ARRAY[]::text[],
            CONSTRAINT "LiteLLM_TeamTable_pkey" PRIMARY KEY ("team_id"),
            CONSTRAINT "LiteLLM_TeamTable_model_id_fkey" FOREIGN KEY ("model_id")
                REFERENCES "LiteLLM_ModelTable" ("id") ON DELETE SET NULL ON UPDATE CASCADE,
            CONSTRAINT "LiteLLM_TeamTable_object_permission_id_fkey" FOREIGN KEY ("object_permission_id")
                REFERENCES "LiteLLM_ObjectPermissionTable" ("object_permission_id") ON DELETE SET NULL ON UPDATE CASCADE,
            CONSTRAINT "LiteLLM_TeamTable_organization_id_fkey" FOREIGN KEY ("organization_id")
                REFERENCES "LiteLLM_OrganizationTable" ("organization_id") ON DELETE SET NULL ON UPDATE CASCADE
        );
        CREATE UNIQUE INDEX "LiteLLM_TeamTable_model_id_key" ON "LiteLLM_TeamTable" ("model_id");
    END IF;

    IF to_regclass('"LiteLLM_DeletedTeamTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_DeletedTeamTable" (
            "id" text NOT NULL,
            "team_id" text NOT NULL,
            "team_alias" text,
            "organization_id" text,
            "object_permission_id" text,
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
            "model_spend" jsonb NOT NULL DEFAULT '{}',
            "model_max_budget" jsonb NOT NULL DEFAULT '{}',
            "team_member_permissions" text[] DEFAULT ARRAY[]::text[],
            "model_id" integer,
            "created_at" timestamp(3),
            "updated_at" timestamp(3),
            "deleted_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "deleted_by" text,
            "deleted_by_api_key" text,
            "litellm_changed_by" text,
            "router_settings" jsonb DEFAULT '{}',
            "policies" text[] DEFAULT ARRAY[]::text[],
            "allow_team_guardrail_config" boolean NOT NULL DEFAULT false,
            "soft_budget" double precision,
            "access_group_ids" text[] DEFAULT ARRAY[]::text[],
            CONSTRAINT "LiteLLM_DeletedTeamTable_pkey" PRIMARY KEY ("id")
        );
        CREATE INDEX "LiteLLM_DeletedTeamTable_created_at_idx" ON "LiteLLM_DeletedTeamTable" ("created_at");
        CREATE INDEX "LiteLLM_DeletedTeamTable_deleted_at_idx" ON "LiteLLM_DeletedTeamTable" ("deleted_at");
        CREATE INDEX "LiteLLM_DeletedTeamTable_organization_id_idx" ON "LiteLLM_DeletedTeamTable" ("organization_id");
        CREATE INDEX "LiteLLM_DeletedTeamTable_team_alias_idx" ON "LiteLLM_DeletedTeamTable" ("team_alias");
        CREATE INDEX "LiteLLM_DeletedTeamTable_team_id_idx" ON "LiteLLM_DeletedTeamTable" ("team_id");
    END IF;

    IF to_regclass('"LiteLLM_TeamMembership"') IS NULL THEN
        CREATE TABLE "LiteLLM_TeamMembership" (
            "user_id" text NOT NULL,
            "team_id" text NOT NULL,
            "spend" double precision NOT NULL DEFAULT 0.0,
            "budget_id" text,
            CONSTRAINT "LiteLLM_TeamMembership_pkey" PRIMARY KEY ("user_id", "team_id"),
            CONSTRAINT "LiteLLM_TeamMembership_budget_id_fkey" FOREIGN KEY ("budget_id")
                REFERENCES "LiteLLM_BudgetTable" ("budget_id") ON DELETE SET NULL ON UPDATE CASCADE
        );
    END IF;

    IF to_regclass('"LiteLLM_OrganizationMembership"') IS NULL THEN
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
    END IF;

    IF to_regclass('"LiteLLM_EndUserTable"') IS NULL THEN
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
    END IF;

    IF to_regclass('"LiteLLM_TagTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_TagTable" (
            "tag_name" text NOT NULL,
            "description" text,
            "models" text[],
            "model_info" jsonb,
            "spend" double precision NOT NULL DEFAULT 0.0,
            "budget_id" text,
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_by" text,
            "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            CONSTRAINT "LiteLLM_TagTable_pkey" PRIMARY KEY ("tag_name"),
            CONSTRAINT "LiteLLM_TagTable_budget_id_fkey" FOREIGN KEY ("budget_id")
                REFERENCES "LiteLLM_BudgetTable" ("budget_id") ON DELETE SET NULL ON UPDATE CASCADE
        );
    END IF;

    IF to_regclass('"LiteLLM_AccessGroupTable"') IS NULL THEN
        CREATE TABLE "LiteLLM_AccessGroupTable" (
            "access_group_id" text NOT NULL,
            "access_group_name" text NOT NULL,
            "description" text,
            "access_mcp_server_ids" text[] DEFAULT ARRAY[]::text[],
            "access_agent_ids" text[] DEFAULT ARRAY[]::text[],
            "assigned_team_ids" text[] DEFAULT ARRAY[]::text[],
            "assigned_key_ids" text[] DEFAULT ARRAY[]::text[],
            "created_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "created_by" text,
            "updated_at" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "updated_by" text,
            "access_model_names" text[] DEFAULT ARRAY[]::text[],
            CONSTRAINT "LiteLLM_AccessGroupTable_pkey" PRIMARY KEY ("access_group_id")
        );
        CREATE UNIQUE INDEX "LiteLLM_AccessGroupTable_access_group_name_key" ON "LiteLLM_AccessGroupTable" ("access_group_name");
    END IF;

    IF to_regclass('"LiteLLM_InvitationLink"') IS NULL THEN
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
    END IF;

    IF to_regclass('"LiteLLM_UserNotifications"') IS NULL THEN
        CREATE TABLE "LiteLLM_UserNotifications" (
            "request_id" text NOT NULL,
            "user_id" text NOT NULL,
            "models" text[],
            "justification" text NOT NULL,
            "status" text NOT NULL,
            CONSTRAINT "LiteLLM_UserNotifications_pkey" PRIMARY KEY ("request_id")
        );
    END IF;
END
$$;
