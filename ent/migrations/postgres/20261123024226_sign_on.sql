-- Create "sign_ons" table
CREATE TABLE "sign_ons" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "secret_hash" character varying NOT NULL,
  "redirect" character varying NOT NULL,
  "person_id" character varying NULL,
  "expires_at" timestamptz NOT NULL,
  "used_at" timestamptz NULL,
  PRIMARY KEY ("id")
);
-- Create index "sign_ons_secret_hash_key" to table: "sign_ons"
CREATE UNIQUE INDEX "sign_ons_secret_hash_key" ON "sign_ons" ("secret_hash");
-- Create index "signon_expires_at" to table: "sign_ons"
CREATE INDEX "signon_expires_at" ON "sign_ons" ("expires_at");
-- Create index "signon_person_id" to table: "sign_ons"
CREATE INDEX "signon_person_id" ON "sign_ons" ("person_id");
-- Create "identities" table
CREATE TABLE "identities" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "issuer" character varying NOT NULL,
  "subject_hash" character varying NOT NULL,
  "person_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "identities_people_identities" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "identities_subject_hash_key" to table: "identities"
CREATE UNIQUE INDEX "identities_subject_hash_key" ON "identities" ("subject_hash");
-- Create index "identity_person_id_created_at" to table: "identities"
CREATE INDEX "identity_person_id_created_at" ON "identities" ("person_id", "created_at");
