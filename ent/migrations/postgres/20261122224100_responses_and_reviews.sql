-- Modify "responses" table
ALTER TABLE "responses" ADD COLUMN "membership_id" character varying NULL, ADD COLUMN "decided_by_id" character varying NULL;
-- Create index "response_author_id_created_at_id" to table: "responses"
CREATE INDEX "response_author_id_created_at_id" ON "responses" ("author_id", "created_at", "id");
-- Create "review_requests" table
CREATE TABLE "review_requests" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "asked_by_id" character varying NOT NULL,
  "role" character varying NOT NULL,
  "reason" text NOT NULL,
  "answered_at" timestamptz NULL,
  "answer" character varying NULL,
  "experience_id" character varying NOT NULL,
  "service_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "review_requests_experiences_experience" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "review_requests_services_service" FOREIGN KEY ("service_id") REFERENCES "services" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "reviewrequest_experience_id" to table: "review_requests"
CREATE UNIQUE INDEX "reviewrequest_experience_id" ON "review_requests" ("experience_id");
