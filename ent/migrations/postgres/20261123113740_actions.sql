-- Create "actions" table
CREATE TABLE "actions" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "made_by_id" character varying NOT NULL,
  "owner_id" character varying NOT NULL,
  "owner_name" character varying NOT NULL,
  "what" text NOT NULL,
  "due_at" timestamptz NOT NULL,
  "control" character varying NOT NULL,
  "state" character varying NOT NULL,
  "reason" text NOT NULL DEFAULT '',
  "ended_at" timestamptz NULL,
  "answer_by" timestamptz NULL,
  "answerer_id" character varying NULL,
  "answerer_name" character varying NOT NULL DEFAULT '',
  "answer" text NOT NULL DEFAULT '',
  "answered_at" timestamptz NULL,
  "late_at" timestamptz NULL,
  "version" bigint NOT NULL DEFAULT 1,
  "priority_id" character varying NOT NULL,
  "service_id" character varying NOT NULL,
  "escalated_to_id" character varying NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "actions_priorities_actions" FOREIGN KEY ("priority_id") REFERENCES "priorities" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "actions_services_actions" FOREIGN KEY ("service_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "actions_services_escalations" FOREIGN KEY ("escalated_to_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE SET NULL
);
-- Create index "action_answerer_id" to table: "actions"
CREATE INDEX "action_answerer_id" ON "actions" ("answerer_id");
-- Create index "action_due" to table: "actions"
CREATE INDEX "action_due" ON "actions" ("answer_by", "id") WHERE ((answered_at IS NULL) AND (late_at IS NULL) AND (ended_at IS NULL));
-- Create index "action_escalated_to_id_created_at_id" to table: "actions"
CREATE INDEX "action_escalated_to_id_created_at_id" ON "actions" ("escalated_to_id", "created_at", "id");
-- Create index "action_made_by_id" to table: "actions"
CREATE INDEX "action_made_by_id" ON "actions" ("made_by_id");
-- Create index "action_overdue" to table: "actions"
CREATE INDEX "action_overdue" ON "actions" ("service_id", "due_at", "id") WHERE (ended_at IS NULL);
-- Create index "action_owner_id_due_at_id" to table: "actions"
CREATE INDEX "action_owner_id_due_at_id" ON "actions" ("owner_id", "due_at", "id");
-- Create index "action_priority_id_created_at_id" to table: "actions"
CREATE INDEX "action_priority_id_created_at_id" ON "actions" ("priority_id", "created_at", "id");
-- Create index "action_service_id_created_at_id" to table: "actions"
CREATE INDEX "action_service_id_created_at_id" ON "actions" ("service_id", "created_at", "id");
-- Create index "action_waits" to table: "actions"
CREATE INDEX "action_waits" ON "actions" ("escalated_to_id", "answer_by", "id") WHERE (answered_at IS NULL);
-- Modify "changes" table
ALTER TABLE "changes" ADD COLUMN "action_id" character varying NULL, ADD
CONSTRAINT "changes_actions_changes" FOREIGN KEY ("action_id") REFERENCES "actions" ("id") ON UPDATE NO ACTION ON DELETE SET NULL;
-- Create index "change_action_id_created_at_id" to table: "changes"
CREATE INDEX "change_action_id_created_at_id" ON "changes" ("action_id", "created_at", "id");
