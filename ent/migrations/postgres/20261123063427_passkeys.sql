-- Modify "sessions" table
ALTER TABLE "sessions" ADD COLUMN "passkey_id" character varying NULL;
-- Create "passkey_challenges" table
CREATE TABLE "passkey_challenges" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "challenge_hash" character varying NOT NULL,
  "person_id" character varying NULL,
  "handle" bytea NULL,
  "expires_at" timestamptz NOT NULL,
  "used_at" timestamptz NULL,
  PRIMARY KEY ("id")
);
-- Create index "passkey_challenges_challenge_hash_key" to table: "passkey_challenges"
CREATE UNIQUE INDEX "passkey_challenges_challenge_hash_key" ON "passkey_challenges" ("challenge_hash");
-- Create index "passkeychallenge_expires_at" to table: "passkey_challenges"
CREATE INDEX "passkeychallenge_expires_at" ON "passkey_challenges" ("expires_at");
-- Create index "passkeychallenge_person_id" to table: "passkey_challenges"
CREATE INDEX "passkeychallenge_person_id" ON "passkey_challenges" ("person_id");
-- Create "passkeys" table
CREATE TABLE "passkeys" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "name" character varying NOT NULL,
  "credential_id" bytea NOT NULL,
  "handle" bytea NOT NULL,
  "public_key" bytea NOT NULL,
  "sign_count" bigint NOT NULL DEFAULT 0,
  "aaguid" character varying NOT NULL,
  "transports" character varying NOT NULL DEFAULT '',
  "backup_eligible" boolean NOT NULL,
  "backed_up" boolean NOT NULL,
  "last_used_at" timestamptz NULL,
  "stopped_at" timestamptz NULL,
  "person_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "passkeys_people_person" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "passkey_person_id_created_at_id" to table: "passkeys"
CREATE INDEX "passkey_person_id_created_at_id" ON "passkeys" ("person_id", "created_at", "id");
-- Create index "passkeys_credential_id_key" to table: "passkeys"
CREATE UNIQUE INDEX "passkeys_credential_id_key" ON "passkeys" ("credential_id");
