-- Modify "changes" table
ALTER TABLE "changes" ADD COLUMN "spread_from_id" character varying NULL;
-- Create index "change_service_id_moved_at_id" to table: "changes"
CREATE INDEX "change_service_id_moved_at_id" ON "changes" ("service_id", "moved_at", "id");
-- Create index "change_spread_from_id_created_at_id" to table: "changes"
CREATE INDEX "change_spread_from_id_created_at_id" ON "changes" ("spread_from_id", "created_at", "id");
-- Modify "coproducers" table
ALTER TABLE "coproducers" ADD COLUMN "unnamed_at" timestamptz NULL;
-- Create "measures" table
CREATE TABLE "measures" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "author_id" character varying NOT NULL,
  "author_name" character varying NOT NULL,
  "what" character varying NOT NULL,
  "unit" character varying NOT NULL DEFAULT '',
  "kind" character varying NOT NULL,
  "better" character varying NOT NULL,
  "of_people" boolean NOT NULL,
  "change_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "measures_changes_measures" FOREIGN KEY ("change_id") REFERENCES "changes" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "measure_author_id" to table: "measures"
CREATE INDEX "measure_author_id" ON "measures" ("author_id");
-- Create index "measure_change_id_created_at_id" to table: "measures"
CREATE INDEX "measure_change_id_created_at_id" ON "measures" ("change_id", "created_at", "id");
-- Create "measure_readings" table
CREATE TABLE "measure_readings" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "change_id" character varying NOT NULL,
  "author_id" character varying NOT NULL,
  "author_name" character varying NOT NULL,
  "baseline" boolean NOT NULL,
  "counted_at" timestamptz NOT NULL,
  "numerator" bigint NOT NULL,
  "denominator" bigint NOT NULL,
  "note" text NOT NULL DEFAULT '',
  "corrects_id" character varying NULL,
  "corrected" boolean NOT NULL DEFAULT false,
  "measure_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "measure_readings_measures_readings" FOREIGN KEY ("measure_id") REFERENCES "measures" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "measurereading_author_id" to table: "measure_readings"
CREATE INDEX "measurereading_author_id" ON "measure_readings" ("author_id");
-- Create index "measurereading_change_id" to table: "measure_readings"
CREATE INDEX "measurereading_change_id" ON "measure_readings" ("change_id");
-- Create index "measurereading_corrects_id" to table: "measure_readings"
CREATE UNIQUE INDEX "measurereading_corrects_id" ON "measure_readings" ("corrects_id");
-- Create index "measurereading_measure_id_counted_at_id" to table: "measure_readings"
CREATE INDEX "measurereading_measure_id_counted_at_id" ON "measure_readings" ("measure_id", "counted_at", "id");
