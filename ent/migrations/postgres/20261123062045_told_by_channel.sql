-- Modify "people" table
ALTER TABLE "people" ADD COLUMN "language" character varying NOT NULL DEFAULT '', ADD COLUMN "time_zone" character varying NOT NULL DEFAULT '', ADD COLUMN "quiet_from" character varying NOT NULL DEFAULT '', ADD COLUMN "quiet_until" character varying NOT NULL DEFAULT '', ADD COLUMN "paused" boolean NOT NULL DEFAULT false, ADD COLUMN "paused_until" timestamptz NULL, ADD COLUMN "digest_at" character varying NOT NULL DEFAULT '', ADD COLUMN "digest_next" timestamptz NULL;
-- Create index "person_digest" to table: "people"
CREATE INDEX "person_digest" ON "people" ("digest_next", "id") WHERE (digest_next IS NOT NULL);
-- Modify "steps" table
ALTER TABLE "steps" ADD COLUMN "read_at" timestamptz NULL;
-- Create index "step_unread" to table: "steps"
CREATE INDEX "step_unread" ON "steps" ("person_id", "number", "id") WHERE (read_at IS NULL);
-- Create "channels" table
CREATE TABLE "channels" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "person_id" character varying NOT NULL,
  "kind" character varying NOT NULL,
  "wants" character varying NOT NULL,
  "told" bigint NOT NULL DEFAULT 0,
  "endpoint" character varying NOT NULL DEFAULT '',
  "endpoint_hash" character varying NULL,
  "p256dh" character varying NOT NULL DEFAULT '',
  "auth_secret" character varying NOT NULL DEFAULT '',
  PRIMARY KEY ("id")
);
-- Create index "channel_one_letterbox" to table: "channels"
CREATE UNIQUE INDEX "channel_one_letterbox" ON "channels" ("person_id") WHERE ((kind)::text = 'EMAIL'::text);
-- Create index "channel_person_id_created_at_id" to table: "channels"
CREATE INDEX "channel_person_id_created_at_id" ON "channels" ("person_id", "created_at", "id");
-- Create index "channels_endpoint_hash_key" to table: "channels"
CREATE UNIQUE INDEX "channels_endpoint_hash_key" ON "channels" ("endpoint_hash");
