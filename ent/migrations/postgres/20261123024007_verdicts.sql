-- Modify "changes" table
ALTER TABLE "changes" ADD COLUMN "helped" boolean NOT NULL DEFAULT false;
-- Create "verdict_rounds" table
CREATE TABLE "verdict_rounds" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "opened_by_id" character varying NOT NULL,
  "opened_by_name" character varying NOT NULL,
  "change_version" bigint NOT NULL, "asked" bigint NOT NULL,
  "needed" bigint NOT NULL,
  "answered" bigint NOT NULL DEFAULT 0,
  "helped" bigint NOT NULL DEFAULT 0,
  "partly" bigint NOT NULL DEFAULT 0,
  "not_yet" bigint NOT NULL DEFAULT 0,
  "made_worse" bigint NOT NULL DEFAULT 0,
  "cannot_say" bigint NOT NULL DEFAULT 0,
  "closed_at" timestamptz NULL,
  "closed_by_id" character varying NULL,
  "closed_by_name" character varying NOT NULL DEFAULT '',
  "note" text NOT NULL DEFAULT '',
  "waiver" text NOT NULL DEFAULT '',
  "ask_again_at" timestamptz NULL,
  "again_id" character varying NULL,
  "change_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "verdict_rounds_changes_verdict_rounds" FOREIGN KEY ("change_id") REFERENCES "changes" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "verdict_round_again" to table: "verdict_rounds"
CREATE INDEX "verdict_round_again" ON "verdict_rounds" ("ask_again_at", "id") WHERE ((ask_again_at IS NOT NULL) AND (again_id IS NULL));
-- Create index "verdict_round_open" to table: "verdict_rounds"
CREATE UNIQUE INDEX "verdict_round_open" ON "verdict_rounds" ("change_id") WHERE (closed_at IS NULL);
-- Create index "verdictround_change_id_created_at_id" to table: "verdict_rounds"
CREATE INDEX "verdictround_change_id_created_at_id" ON "verdict_rounds" ("change_id", "created_at", "id");
-- Create "verdicts" table
CREATE TABLE "verdicts" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "person_id" character varying NOT NULL,
  "experience_id" character varying NOT NULL,
  "answer" character varying NOT NULL,
  "words" text NOT NULL DEFAULT '',
  "signals" character varying NOT NULL DEFAULT '',
  "round_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "verdicts_verdict_rounds_verdicts" FOREIGN KEY ("round_id") REFERENCES "verdict_rounds" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "verdict_experience_id" to table: "verdicts"
CREATE INDEX "verdict_experience_id" ON "verdicts" ("experience_id");
-- Create index "verdict_person_id_created_at_id" to table: "verdicts"
CREATE INDEX "verdict_person_id_created_at_id" ON "verdicts" ("person_id", "created_at", "id");
-- Create index "verdict_round_id_person_id" to table: "verdicts"
CREATE UNIQUE INDEX "verdict_round_id_person_id" ON "verdicts" ("round_id", "person_id");
-- Create index "verdict_words" to table: "verdicts"
CREATE INDEX "verdict_words" ON "verdicts" ("round_id", "created_at", "id") WHERE (words <> ''::text);
