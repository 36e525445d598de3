-- Modify "experiences" table
ALTER TABLE "experiences" ADD COLUMN "not_before" timestamptz NULL, ADD COLUMN "due_at" timestamptz NULL, ADD COLUMN "claimed_by_id" character varying NULL, ADD COLUMN "claimed_at" timestamptz NULL, ADD COLUMN "criticality" character varying NULL, ADD COLUMN "signals" character varying NOT NULL DEFAULT '';
-- Create index "experience_due" to table: "experiences"
CREATE INDEX "experience_due" ON "experiences" ("due_at", "id") WHERE (due_at IS NOT NULL);
-- Modify "memberships" table
ALTER TABLE "memberships" ADD COLUMN "trusted" boolean NOT NULL DEFAULT false, ADD COLUMN "starts_at" timestamptz NULL, ADD COLUMN "ends_at" timestamptz NULL;
-- Modify "responses" table
ALTER TABLE "responses" ADD COLUMN "state" character varying NOT NULL DEFAULT 'PUBLISHED', ADD COLUMN "claims_change" boolean NOT NULL DEFAULT false, ADD COLUMN "version" bigint NOT NULL DEFAULT 1, ADD COLUMN "reason" text NOT NULL DEFAULT '', ADD COLUMN "revised_at" timestamptz NULL;
-- Create index "response_queue" to table: "responses"
CREATE INDEX "response_queue" ON "responses" ("created_at", "id") WHERE ((state)::text = 'IN_MODERATION'::text);
-- Modify "services" table
ALTER TABLE "services" ADD COLUMN "review_hours" bigint NOT NULL DEFAULT 0;
