-- Create "authorities" table
CREATE TABLE "authorities" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "basis" character varying NOT NULL,
  "scope" character varying NOT NULL,
  "relationship" character varying NOT NULL DEFAULT '',
  "proxy_name" character varying NOT NULL DEFAULT '',
  "subject_name" character varying NOT NULL DEFAULT '',
  "evidence" text NOT NULL DEFAULT '',
  "born" bigint NULL,
  "reviewed_in" bigint NOT NULL,
  "confirmed_in" bigint NULL,
  "review_at" timestamptz NULL,
  "ends_at" timestamptz NULL,
  "ended_at" timestamptz NULL,
  "ended_by" character varying NULL,
  "proxy_id" character varying NOT NULL,
  "subject_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "authorities_people_proxy" FOREIGN KEY ("proxy_id") REFERENCES "people" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "authorities_people_subject" FOREIGN KEY ("subject_id") REFERENCES "people" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "authority_proxy_id_created_at_id" to table: "authorities"
CREATE INDEX "authority_proxy_id_created_at_id" ON "authorities" ("proxy_id", "created_at", "id");
-- Create index "authority_subject_id_created_at_id" to table: "authorities"
CREATE INDEX "authority_subject_id_created_at_id" ON "authorities" ("subject_id", "created_at", "id");
-- Create "authority_codes" table
CREATE TABLE "authority_codes" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "code_hash" character varying NOT NULL,
  "kind" character varying NOT NULL,
  "basis" character varying NOT NULL,
  "scope" character varying NOT NULL,
  "subject_name" character varying NOT NULL DEFAULT '',
  "born" bigint NULL,
  "ends_at" timestamptz NULL,
  "expires_at" timestamptz NULL,
  "used_at" timestamptz NULL,
  "authority_id" character varying NULL,
  "subject_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "authority_codes_people_subject" FOREIGN KEY ("subject_id") REFERENCES "people" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "authority_codes_code_hash_key" to table: "authority_codes"
CREATE UNIQUE INDEX "authority_codes_code_hash_key" ON "authority_codes" ("code_hash");
-- Create index "authoritycode_subject_id_kind" to table: "authority_codes"
CREATE INDEX "authoritycode_subject_id_kind" ON "authority_codes" ("subject_id", "kind");
-- Modify "experiences" table
ALTER TABLE "experiences" ADD COLUMN "authority_id" character varying NULL, ADD COLUMN "told_by_id" character varying NULL;
-- Create "objections" table
CREATE TABLE "objections" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "author_id" character varying NOT NULL,
  "words" text NOT NULL,
  "experience_id" character varying NOT NULL,
  "authority_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "objections_authorities_authority" FOREIGN KEY ("authority_id") REFERENCES "authorities" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "objections_experiences_experience" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "objection_experience_id_created_at_id" to table: "objections"
CREATE INDEX "objection_experience_id_created_at_id" ON "objections" ("experience_id", "created_at", "id");
-- Modify "steps" table
ALTER TABLE "steps" DROP CONSTRAINT "steps_experiences_experience", ALTER COLUMN "experience_id" DROP NOT NULL, ADD COLUMN "authority_id" character varying NULL, ADD
CONSTRAINT "steps_experiences_experience" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE SET NULL;
