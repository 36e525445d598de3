-- Create "priority_rounds" table
CREATE TABLE "priority_rounds" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "opened_by_id" character varying NOT NULL,
  "opened_by_name" character varying NOT NULL,
  "owner_id" character varying NOT NULL,
  "owner_name" character varying NOT NULL,
  "title" character varying NOT NULL,
  "decide_by" timestamptz NOT NULL,
  "version" bigint NOT NULL DEFAULT 1,
  "closed_at" timestamptz NULL,
  "closed_by_id" character varying NULL,
  "closed_by_name" character varying NOT NULL DEFAULT '',
  "note" text NOT NULL DEFAULT '',
  "choice" character varying NOT NULL DEFAULT '',
  "patient_voters" bigint NOT NULL DEFAULT 0,
  "staff_voters" bigint NOT NULL DEFAULT 0,
  "service_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "priority_rounds_services_priority_rounds" FOREIGN KEY ("service_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "priorityround_closed_by_id" to table: "priority_rounds"
CREATE INDEX "priorityround_closed_by_id" ON "priority_rounds" ("closed_by_id");
-- Create index "priorityround_opened_by_id" to table: "priority_rounds"
CREATE INDEX "priorityround_opened_by_id" ON "priority_rounds" ("opened_by_id");
-- Create index "priorityround_owner_id" to table: "priority_rounds"
CREATE INDEX "priorityround_owner_id" ON "priority_rounds" ("owner_id");
-- Create index "priorityround_service_id_created_at_id" to table: "priority_rounds"
CREATE INDEX "priorityround_service_id_created_at_id" ON "priority_rounds" ("service_id", "created_at", "id");
-- Create "attendees" table
CREATE TABLE "attendees" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "side" character varying NOT NULL,
  "name" character varying NOT NULL DEFAULT '',
  "part" character varying NOT NULL DEFAULT '',
  "round_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "attendees_priority_rounds_attendees" FOREIGN KEY ("round_id") REFERENCES "priority_rounds" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "attendee_round_id_created_at_id" to table: "attendees"
CREATE INDEX "attendee_round_id_created_at_id" ON "attendees" ("round_id", "created_at", "id");
-- Create "priorities" table
CREATE TABLE "priorities" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "put_up_by_id" character varying NOT NULL,
  "put_up_by_name" character varying NOT NULL,
  "by_patients" boolean NOT NULL DEFAULT false,
  "by_staff" boolean NOT NULL DEFAULT false,
  "why" text NOT NULL,
  "state" character varying NOT NULL,
  "reason" text NOT NULL DEFAULT '',
  "answer_by" timestamptz NOT NULL,
  "late_at" timestamptz NULL,
  "answered_at" timestamptz NULL,
  "patient_votes" bigint NOT NULL DEFAULT 0,
  "staff_votes" bigint NOT NULL DEFAULT 0,
  "version" bigint NOT NULL DEFAULT 1,
  "round_id" character varying NOT NULL,
  "service_id" character varying NOT NULL,
  "theme_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "priorities_priority_rounds_priorities" FOREIGN KEY ("round_id") REFERENCES "priority_rounds" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "priorities_services_priorities" FOREIGN KEY ("service_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "priorities_themes_priorities" FOREIGN KEY ("theme_id") REFERENCES "themes" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "priority_due" to table: "priorities"
CREATE INDEX "priority_due" ON "priorities" ("answer_by", "id") WHERE ((answered_at IS NULL) AND (late_at IS NULL));
-- Create index "priority_put_up_by_id" to table: "priorities"
CREATE INDEX "priority_put_up_by_id" ON "priorities" ("put_up_by_id");
-- Create index "priority_round_id_created_at_id" to table: "priorities"
CREATE INDEX "priority_round_id_created_at_id" ON "priorities" ("round_id", "created_at", "id");
-- Create index "priority_service_id_created_at_id" to table: "priorities"
CREATE INDEX "priority_service_id_created_at_id" ON "priorities" ("service_id", "created_at", "id");
-- Create index "priority_theme_id_created_at_id" to table: "priorities"
CREATE INDEX "priority_theme_id_created_at_id" ON "priorities" ("theme_id", "created_at", "id");
-- Create index "priority_waits" to table: "priorities"
CREATE INDEX "priority_waits" ON "priorities" ("service_id", "answer_by", "id") WHERE (answered_at IS NULL);
-- Create "priority_votes" table
CREATE TABLE "priority_votes" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "priority_id" character varying NOT NULL,
  "person_id" character varying NOT NULL,
  "side" character varying NOT NULL,
  "round_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "priority_votes_priority_rounds_votes" FOREIGN KEY ("round_id") REFERENCES "priority_rounds" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "priorityvote_person_id_created_at_id" to table: "priority_votes"
CREATE INDEX "priorityvote_person_id_created_at_id" ON "priority_votes" ("person_id", "created_at", "id");
-- Create index "priorityvote_priority_id_person_id" to table: "priority_votes"
CREATE UNIQUE INDEX "priorityvote_priority_id_person_id" ON "priority_votes" ("priority_id", "person_id");
-- Create index "priorityvote_round_id_person_id" to table: "priority_votes"
CREATE INDEX "priorityvote_round_id_person_id" ON "priority_votes" ("round_id", "person_id");
