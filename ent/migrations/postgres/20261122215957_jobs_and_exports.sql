-- Create index "invitation_expires_at" to table: "invitations"
CREATE INDEX "invitation_expires_at" ON "invitations" ("expires_at");
-- Create index "refresh_expires_at" to table: "refresh_tokens"
CREATE INDEX "refresh_expires_at" ON "refresh_tokens" ("expires_at");
-- Create index "signin_expires_at" to table: "sign_ins"
CREATE INDEX "signin_expires_at" ON "sign_ins" ("expires_at");
-- Create "exports" table
CREATE TABLE "exports" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "person_id" character varying NOT NULL,
  "state" character varying NOT NULL,
  "size" bigint NOT NULL DEFAULT 0,
  "secret_hash" character varying NULL,
  "ready_at" timestamptz NULL,
  "expires_at" timestamptz NULL,
  "fetched_at" timestamptz NULL,
  PRIMARY KEY ("id")
);
-- Create index "export_expires_at" to table: "exports"
CREATE INDEX "export_expires_at" ON "exports" ("expires_at");
-- Create index "export_person_id_created_at_id" to table: "exports"
CREATE INDEX "export_person_id_created_at_id" ON "exports" ("person_id", "created_at", "id");
-- Create index "exports_secret_hash_key" to table: "exports"
CREATE UNIQUE INDEX "exports_secret_hash_key" ON "exports" ("secret_hash");
-- Create "jobs" table
CREATE TABLE "jobs" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "kind" character varying NOT NULL,
  "about" character varying NOT NULL,
  "unique_key" character varying NULL,
  "run_at" timestamptz NOT NULL,
  "attempts" bigint NOT NULL DEFAULT 0,
  "claim" bigint NOT NULL DEFAULT 0,
  "claimed_until" timestamptz NULL,
  "done_at" timestamptz NULL,
  "dead_at" timestamptz NULL,
  "failure" character varying NOT NULL DEFAULT '',
  PRIMARY KEY ("id")
);
-- Create index "job_dead" to table: "jobs"
CREATE INDEX "job_dead" ON "jobs" ("dead_at", "id") WHERE (dead_at IS NOT NULL);
-- Create index "job_done" to table: "jobs"
CREATE INDEX "job_done" ON "jobs" ("done_at") WHERE (done_at IS NOT NULL);
-- Create index "job_due" to table: "jobs"
CREATE INDEX "job_due" ON "jobs" ("run_at", "id") WHERE ((done_at IS NULL) AND (dead_at IS NULL));
-- Create index "jobs_unique_key_key" to table: "jobs"
CREATE UNIQUE INDEX "jobs_unique_key_key" ON "jobs" ("unique_key");
-- Create "export_parts" table
CREATE TABLE "export_parts" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "number" bigint NOT NULL,
  "body" bytea NOT NULL,
  "export_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "export_parts_exports_parts" FOREIGN KEY ("export_id") REFERENCES "exports" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "exportpart_export_id_number" to table: "export_parts"
CREATE UNIQUE INDEX "exportpart_export_id_number" ON "export_parts" ("export_id", "number");
