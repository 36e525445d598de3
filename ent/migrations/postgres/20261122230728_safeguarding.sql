-- Create index "experience_signalled" to table: "experiences"
CREATE INDEX "experience_signalled" ON "experiences" ("created_at", "id") WHERE (((state)::text = 'IN_MODERATION'::text) AND ((signals)::text <> ''::text));
-- Create "concerns" table
CREATE TABLE "concerns" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "service_id" character varying NOT NULL,
  "about_id" character varying NOT NULL,
  "raised_by_id" character varying NOT NULL,
  "raised_by_name" character varying NOT NULL DEFAULT '',
  "source" character varying NOT NULL,
  "level" character varying NOT NULL,
  "reason" text NOT NULL,
  "state" character varying NOT NULL DEFAULT 'RAISED',
  "acknowledge_by" timestamptz NOT NULL,
  "due_at" timestamptz NOT NULL,
  "acknowledged_by_id" character varying NULL,
  "acknowledged_by_name" character varying NOT NULL DEFAULT '',
  "acknowledged_at" timestamptz NULL,
  "handed_to" character varying NOT NULL DEFAULT '',
  "handed_over_at" timestamptz NULL,
  "received_by" character varying NOT NULL DEFAULT '',
  "received_at" timestamptz NULL,
  "outcome" text NOT NULL DEFAULT '',
  "closed_at" timestamptz NULL,
  "version" bigint NOT NULL DEFAULT 1,
  "experience_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "concerns_experiences_experience" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "concern_experience_id" to table: "concerns"
CREATE INDEX "concern_experience_id" ON "concerns" ("experience_id");
-- Create index "concern_queue" to table: "concerns"
CREATE INDEX "concern_queue" ON "concerns" ("service_id", "due_at", "id") WHERE ((state)::text <> 'CLOSED'::text);
-- Create index "concern_queue_everywhere" to table: "concerns"
CREATE INDEX "concern_queue_everywhere" ON "concerns" ("due_at", "id") WHERE ((state)::text <> 'CLOSED'::text);
-- Create index "concern_raised_by_id_created_at_id" to table: "concerns"
CREATE INDEX "concern_raised_by_id_created_at_id" ON "concerns" ("raised_by_id", "created_at", "id");
-- Create "break_glasses" table
CREATE TABLE "break_glasses" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "seen_by_id" character varying NOT NULL,
  "seen_by_name" character varying NOT NULL DEFAULT '',
  "reason" text NOT NULL,
  "withheld_because" text NOT NULL DEFAULT '',
  "concern_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "break_glasses_concerns_reveals" FOREIGN KEY ("concern_id") REFERENCES "concerns" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "breakglass_concern_id_created_at_id" to table: "break_glasses"
CREATE INDEX "breakglass_concern_id_created_at_id" ON "break_glasses" ("concern_id", "created_at", "id");
-- Create "concern_entries" table
CREATE TABLE "concern_entries" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "author_id" character varying NOT NULL,
  "author_name" character varying NOT NULL DEFAULT '',
  "kind" character varying NOT NULL,
  "who" character varying NOT NULL DEFAULT '',
  "words" text NOT NULL DEFAULT '',
  "concern_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "concern_entries_concerns_entries" FOREIGN KEY ("concern_id") REFERENCES "concerns" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "concernentry_concern_id_created_at_id" to table: "concern_entries"
CREATE INDEX "concernentry_concern_id_created_at_id" ON "concern_entries" ("concern_id", "created_at", "id");
-- Create "signposts" table
CREATE TABLE "signposts" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "language" character varying NOT NULL,
  "text" text NOT NULL,
  "set_by_id" character varying NOT NULL,
  "service_id" character varying NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "signposts_services_service" FOREIGN KEY ("service_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "signpost_service_id_language_created_at_id" to table: "signposts"
CREATE INDEX "signpost_service_id_language_created_at_id" ON "signposts" ("service_id", "language", "created_at", "id");
