-- Create "services" table
CREATE TABLE "services" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "name" character varying NOT NULL,
  "sort_name" character varying NOT NULL,
  "kind" character varying NOT NULL,
  "code" character varying NULL,
  "path" character varying NOT NULL,
  "closed_at" timestamptz NULL,
  "parent_id" character varying NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "services_services_children" FOREIGN KEY ("parent_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE SET NULL
);
-- Create index "service_below" to table: "services"
CREATE INDEX "service_below" ON "services" ("path" text_pattern_ops);
-- Create index "service_parent_id_sort_name_id" to table: "services"
CREATE INDEX "service_parent_id_sort_name_id" ON "services" ("parent_id", "sort_name", "id");
-- Create index "service_sort_name_id" to table: "services"
CREATE INDEX "service_sort_name_id" ON "services" ("sort_name", "id");
-- Create index "services_code_key" to table: "services"
CREATE UNIQUE INDEX "services_code_key" ON "services" ("code");
-- Create index "services_path_key" to table: "services"
CREATE UNIQUE INDEX "services_path_key" ON "services" ("path");
-- Create "invitations" table
CREATE TABLE "invitations" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "code_hash" character varying NOT NULL,
  "role" character varying NOT NULL,
  "service_id" character varying NULL,
  "invited_by_id" character varying NULL,
  "expires_at" timestamptz NOT NULL,
  "used_at" timestamptz NULL,
  PRIMARY KEY ("id")
);
-- Create index "invitations_code_hash_key" to table: "invitations"
CREATE UNIQUE INDEX "invitations_code_hash_key" ON "invitations" ("code_hash");
-- Create "sign_ins" table
CREATE TABLE "sign_ins" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "email" character varying NOT NULL,
  "code_hash" character varying NOT NULL,
  "tries" bigint NOT NULL DEFAULT 0,
  "expires_at" timestamptz NOT NULL,
  "used_at" timestamptz NULL,
  PRIMARY KEY ("id")
);
-- Create index "signin_email_created_at" to table: "sign_ins"
CREATE INDEX "signin_email_created_at" ON "sign_ins" ("email", "created_at");
-- Create "changes" table
CREATE TABLE "changes" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "proposed_by_id" character varying NOT NULL,
  "title" character varying NOT NULL,
  "difference" text NOT NULL,
  "state" character varying NOT NULL,
  "reason" text NOT NULL DEFAULT '',
  "version" bigint NOT NULL DEFAULT 1,
  "moved_at" timestamptz NOT NULL,
  "service_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "changes_services_changes" FOREIGN KEY ("service_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "change_created_at_id" to table: "changes"
CREATE INDEX "change_created_at_id" ON "changes" ("created_at", "id");
-- Create index "change_service_id_created_at_id" to table: "changes"
CREATE INDEX "change_service_id_created_at_id" ON "changes" ("service_id", "created_at", "id");
-- Create "coproducers" table
CREATE TABLE "coproducers" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "side" character varying NOT NULL,
  "name" character varying NOT NULL,
  "part" character varying NOT NULL DEFAULT '',
  "change_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "coproducers_changes_coproducers" FOREIGN KEY ("change_id") REFERENCES "changes" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "coproducer_change_id_created_at_id" to table: "coproducers"
CREATE INDEX "coproducer_change_id_created_at_id" ON "coproducers" ("change_id", "created_at", "id");
-- Create "people" table
CREATE TABLE "people" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "email" character varying NULL,
  "name" character varying NOT NULL DEFAULT '',
  "recovery_hash" character varying NULL,
  "source_key" character varying NULL,
  "steps" bigint NOT NULL DEFAULT 0,
  PRIMARY KEY ("id")
);
-- Create index "people_email_key" to table: "people"
CREATE UNIQUE INDEX "people_email_key" ON "people" ("email");
-- Create index "people_recovery_hash_key" to table: "people"
CREATE UNIQUE INDEX "people_recovery_hash_key" ON "people" ("recovery_hash");
-- Create index "people_source_key_key" to table: "people"
CREATE UNIQUE INDEX "people_source_key_key" ON "people" ("source_key");
-- Create "experiences" table
CREATE TABLE "experiences" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "relationship" character varying NOT NULL,
  "display_name" character varying NOT NULL,
  "intention" character varying NOT NULL,
  "question" character varying NOT NULL DEFAULT '',
  "story" text NOT NULL DEFAULT '',
  "what_was_good" text NOT NULL DEFAULT '',
  "could_be_better" text NOT NULL DEFAULT '',
  "feelings" jsonb NOT NULL,
  "happened_in" character varying NOT NULL DEFAULT '',
  "state" character varying NOT NULL,
  "version" bigint NOT NULL DEFAULT 1,
  "published_at" timestamptz NULL,
  "published_month" character varying NOT NULL DEFAULT '',
  "answered_at" timestamptz NULL,
  "source_key" character varying NULL,
  "author_id" character varying NOT NULL,
  "service_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "experiences_people_experiences" FOREIGN KEY ("author_id") REFERENCES "people" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "experiences_services_experiences" FOREIGN KEY ("service_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "experience_author_id_created_at_id" to table: "experiences"
CREATE INDEX "experience_author_id_created_at_id" ON "experiences" ("author_id", "created_at", "id");
-- Create index "experience_inbox" to table: "experiences"
CREATE INDEX "experience_inbox" ON "experiences" ("service_id", "published_at", "id") WHERE (((state)::text = 'PUBLISHED'::text) AND (answered_at IS NULL));
-- Create index "experience_published_at_id" to table: "experiences"
CREATE INDEX "experience_published_at_id" ON "experiences" ("published_at", "id") WHERE ((state)::text = 'PUBLISHED'::text);
-- Create index "experience_queue" to table: "experiences"
CREATE INDEX "experience_queue" ON "experiences" ("service_id", "created_at", "id") WHERE ((state)::text = 'IN_MODERATION'::text);
-- Create index "experience_service_id_published_at_id" to table: "experiences"
CREATE INDEX "experience_service_id_published_at_id" ON "experiences" ("service_id", "published_at", "id") WHERE ((state)::text = 'PUBLISHED'::text);
-- Create index "experience_service_id_published_month_author_id" to table: "experiences"
CREATE INDEX "experience_service_id_published_month_author_id" ON "experiences" ("service_id", "published_month", "author_id") WHERE ((state)::text = 'PUBLISHED'::text);
-- Create index "experiences_source_key_key" to table: "experiences"
CREATE UNIQUE INDEX "experiences_source_key_key" ON "experiences" ("source_key");
-- Create "memberships" table
CREATE TABLE "memberships" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "role" character varying NOT NULL,
  "title" character varying NOT NULL DEFAULT '',
  "ended_at" timestamptz NULL,
  "service_id" character varying NULL,
  "person_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "memberships_people_memberships" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "memberships_services_service" FOREIGN KEY ("service_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE SET NULL
);
-- Create index "membership_person_id_ended_at" to table: "memberships"
CREATE INDEX "membership_person_id_ended_at" ON "memberships" ("person_id", "ended_at");
-- Create index "membership_service_id_created_at_id" to table: "memberships"
CREATE INDEX "membership_service_id_created_at_id" ON "memberships" ("service_id", "created_at", "id");
-- Create "moderation_decisions" table
CREATE TABLE "moderation_decisions" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "moderator_id" character varying NOT NULL,
  "kind" character varying NOT NULL,
  "reason" text NOT NULL DEFAULT '',
  "experience_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "moderation_decisions_experiences_decisions" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "decision_experience_id_created_at_id" to table: "moderation_decisions"
CREATE INDEX "decision_experience_id_created_at_id" ON "moderation_decisions" ("experience_id", "created_at", "id");
-- Create "origins" table
CREATE TABLE "origins" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "linked_by_id" character varying NOT NULL,
  "linked_by_name" character varying NOT NULL,
  "why" text NOT NULL,
  "change_id" character varying NOT NULL,
  "experience_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "origins_changes_origins" FOREIGN KEY ("change_id") REFERENCES "changes" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "origins_experiences_origins" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "origin_change_id_created_at_id" to table: "origins"
CREATE INDEX "origin_change_id_created_at_id" ON "origins" ("change_id", "created_at", "id");
-- Create index "origin_change_id_experience_id" to table: "origins"
CREATE UNIQUE INDEX "origin_change_id_experience_id" ON "origins" ("change_id", "experience_id");
-- Create index "origin_experience_id_created_at_id" to table: "origins"
CREATE INDEX "origin_experience_id_created_at_id" ON "origins" ("experience_id", "created_at", "id");
-- Create "progress" table
CREATE TABLE "progress" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "author_id" character varying NOT NULL,
  "author_name" character varying NOT NULL,
  "body" text NOT NULL DEFAULT '',
  "moved_to" character varying NOT NULL DEFAULT '',
  "change_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "progress_changes_progress" FOREIGN KEY ("change_id") REFERENCES "changes" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "progress_change_id_created_at_id" to table: "progress"
CREATE INDEX "progress_change_id_created_at_id" ON "progress" ("change_id", "created_at", "id");
-- Create "sessions" table
CREATE TABLE "sessions" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "scopes" character varying NOT NULL,
  "ended_at" timestamptz NULL,
  "person_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "sessions_people_sessions" FOREIGN KEY ("person_id") REFERENCES "people" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "session_person_id_created_at" to table: "sessions"
CREATE INDEX "session_person_id_created_at" ON "sessions" ("person_id", "created_at");
-- Create "refresh_tokens" table
CREATE TABLE "refresh_tokens" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "hash" character varying NOT NULL,
  "expires_at" timestamptz NOT NULL,
  "used_at" timestamptz NULL,
  "session_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "refresh_tokens_sessions_refreshes" FOREIGN KEY ("session_id") REFERENCES "sessions" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "refresh_session_id" to table: "refresh_tokens"
CREATE INDEX "refresh_session_id" ON "refresh_tokens" ("session_id");
-- Create index "refresh_tokens_hash_key" to table: "refresh_tokens"
CREATE UNIQUE INDEX "refresh_tokens_hash_key" ON "refresh_tokens" ("hash");
-- Create "responses" table
CREATE TABLE "responses" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "author_id" character varying NOT NULL,
  "author_name" character varying NOT NULL,
  "author_title" character varying NOT NULL DEFAULT '',
  "body" text NOT NULL,
  "experience_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "responses_experiences_responses" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "response_experience_id_created_at_id" to table: "responses"
CREATE INDEX "response_experience_id_created_at_id" ON "responses" ("experience_id", "created_at", "id");
-- Create "steps" table
CREATE TABLE "steps" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "person_id" character varying NOT NULL,
  "number" bigint NOT NULL,
  "kind" character varying NOT NULL,
  "about" character varying NOT NULL,
  "words" text NOT NULL DEFAULT '',
  "experience_id" character varying NOT NULL,
  "response_id" character varying NULL,
  "change_id" character varying NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "steps_changes_change" FOREIGN KEY ("change_id") REFERENCES "changes" ("id") ON UPDATE NO ACTION ON DELETE SET NULL,
  CONSTRAINT "steps_experiences_experience" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "steps_responses_response" FOREIGN KEY ("response_id") REFERENCES "responses" ("id") ON UPDATE NO ACTION ON DELETE SET NULL
);
-- Create index "step_experience_id_kind_about" to table: "steps"
CREATE UNIQUE INDEX "step_experience_id_kind_about" ON "steps" ("experience_id", "kind", "about");
-- Create index "step_experience_id_number" to table: "steps"
CREATE INDEX "step_experience_id_number" ON "steps" ("experience_id", "number");
-- Create index "step_person_id_number" to table: "steps"
CREATE UNIQUE INDEX "step_person_id_number" ON "steps" ("person_id", "number");
