-- Modify "evidence" table
ALTER TABLE "evidence" ADD COLUMN "passage_part" character varying NOT NULL DEFAULT '', ADD COLUMN "passage_start" bigint NOT NULL DEFAULT 0, ADD COLUMN "passage_end" bigint NOT NULL DEFAULT 0, ADD COLUMN "passage_mark" character varying NOT NULL DEFAULT '';
-- Modify "experiences" table
ALTER TABLE "experiences" ADD COLUMN "form" character varying NOT NULL DEFAULT 'EXPERIENCE', ADD COLUMN "says" character varying NULL, ADD COLUMN "recorded_by_id" character varying NULL;
-- Create index "experience_recorded" to table: "experiences"
CREATE INDEX "experience_recorded" ON "experiences" ("recorded_by_id", "created_at", "id") WHERE (recorded_by_id IS NOT NULL);
