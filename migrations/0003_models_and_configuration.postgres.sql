-- Models, credentials and configuration kept in the database; audit log; leader election.
-- A table that exists already is LiteLLM's: neither it nor its indexes are touched.

DO $$
BEGIN
    IF to_regtype('"JobStatus"') IS NULL THEN
        CREATE TYPE "JobStatus" AS ENUM ('ACTIVE', 'INACTIVE');
    END IF;

    IF to_regclass('"LiteLLM_ProxyModelTable"') IS NULL THEN
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
    END IF;

    IF to_regclass('"LiteLLM_CredentialsTable"') IS NULL THEN
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
    END IF;

    IF to_regclass('"LiteLLM_Config"') IS NULL THEN
        CREATE TABLE "LiteLLM_Config" (
            "param_name" text NOT NULL,
            "param_value" jsonb,
            CONSTRAINT "LiteLLM_Config_pkey" PRIMARY KEY ("param_name")
        );
    END IF;

    IF to_regclass('"LiteLLM_AuditLog"') IS NULL THEN
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
    END IF;

    IF to_regclass('"LiteLLM_CronJob"') IS NULL THEN
        CREATE TABLE "LiteLLM_CronJob" (
            "cronjob_id" text NOT NULL,
            "pod_id" text NOT NULL,
            "status" "JobStatus" NOT NULL DEFAULT 'INACTIVE',
            "last_updated" timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
            "ttl" timestamp(3) NOT NULL,
            CONSTRAINT "LiteLLM_CronJob_pkey" PRIMARY KEY ("cronjob_id")
        );
    END IF;
END
$$;
