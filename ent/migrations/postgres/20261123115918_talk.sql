-- Modify "experiences" table
ALTER TABLE "experiences" ADD COLUMN "asks_ended_at" timestamptz NULL;
-- Modify "responses" table
ALTER TABLE "responses" ADD COLUMN "passages" jsonb NULL;
-- Create "echoes" table
CREATE TABLE "echoes" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "person_id" character varying NOT NULL,
  "experience_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "echoes_experiences_echoes" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "echo_experience_id_person_id" to table: "echoes"
CREATE UNIQUE INDEX "echo_experience_id_person_id" ON "echoes" ("experience_id", "person_id");
-- Create index "echo_person_id_created_at_id" to table: "echoes"
CREATE INDEX "echo_person_id_created_at_id" ON "echoes" ("person_id", "created_at", "id");
-- Create "messages" table
CREATE TABLE "messages" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "service_id" character varying NOT NULL,
  "author_id" character varying NOT NULL,
  "part" character varying NOT NULL,
  "author_name" character varying NOT NULL DEFAULT '',
  "author_title" character varying NOT NULL DEFAULT '',
  "body" text NOT NULL DEFAULT '',
  "signals" character varying NOT NULL DEFAULT '',
  "newest" boolean NOT NULL DEFAULT true,
  "experience_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "messages_experiences_conversation" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "message_answers" to table: "messages"
CREATE INDEX "message_answers" ON "messages" ("created_at", "id") WHERE (newest AND ((part)::text = 'TELLER'::text));
-- Create index "message_answers_of_place" to table: "messages"
CREATE INDEX "message_answers_of_place" ON "messages" ("service_id", "created_at", "id") WHERE (newest AND ((part)::text = 'TELLER'::text));
-- Create index "message_author_id_created_at_id" to table: "messages"
CREATE INDEX "message_author_id_created_at_id" ON "messages" ("author_id", "created_at", "id");
-- Create index "message_experience_id_created_at_id" to table: "messages"
CREATE INDEX "message_experience_id_created_at_id" ON "messages" ("experience_id", "created_at", "id");
-- Create index "message_signalled" to table: "messages"
CREATE INDEX "message_signalled" ON "messages" ("created_at", "id") WHERE ((signals)::text <> ''::text);
