-- Modify "responses" table
ALTER TABLE "responses" ADD COLUMN "offline_reason" text NOT NULL DEFAULT '', ADD COLUMN "outcome_of_id" character varying NULL, ADD COLUMN "outcome_at" timestamptz NULL, ADD COLUMN "last_word" character varying NULL, ADD COLUMN "last_word_at" timestamptz NULL;
-- Create index "response_elsewhere" to table: "responses"
CREATE INDEX "response_elsewhere" ON "responses" ("created_at", "id") WHERE (((state)::text = 'PUBLISHED'::text) AND (offline_reason <> ''::text) AND (outcome_at IS NULL));
-- Create index "response_elsewhere_of_place" to table: "responses"
CREATE INDEX "response_elsewhere_of_place" ON "responses" ("service_id", "created_at", "id") WHERE (((state)::text = 'PUBLISHED'::text) AND (offline_reason <> ''::text) AND (outcome_at IS NULL));
-- Create index "response_of_place" to table: "responses"
CREATE INDEX "response_of_place" ON "responses" ("service_id", "created_at", "id") WHERE ((state)::text = 'PUBLISHED'::text);
