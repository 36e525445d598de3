-- Modify "sessions" table
ALTER TABLE "sessions" ADD COLUMN "ends_at" timestamptz NULL, ADD COLUMN "secret_hash" character varying NULL;
-- Create index "sessions_secret_hash_key" to table: "sessions"
CREATE UNIQUE INDEX "sessions_secret_hash_key" ON "sessions" ("secret_hash");
-- Create "service_tokens" table
CREATE TABLE "service_tokens" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "name" character varying NOT NULL,
  "scopes" character varying NOT NULL,
  "made_by_id" character varying NOT NULL,
  "expires_at" timestamptz NOT NULL,
  "rotated_at" timestamptz NULL,
  "revoked_at" timestamptz NULL,
  "revoked_by_id" character varying NULL,
  "last_used_at" timestamptz NULL,
  "service_id" character varying NULL,
  "person_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "service_tokens_people_person" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "service_tokens_services_service" FOREIGN KEY ("service_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE SET NULL
);
-- Create index "servicetoken_created_at_id" to table: "service_tokens"
CREATE INDEX "servicetoken_created_at_id" ON "service_tokens" ("created_at", "id");
-- Create index "servicetoken_person_id" to table: "service_tokens"
CREATE UNIQUE INDEX "servicetoken_person_id" ON "service_tokens" ("person_id");
-- Create index "servicetoken_service_id" to table: "service_tokens"
CREATE INDEX "servicetoken_service_id" ON "service_tokens" ("service_id");
