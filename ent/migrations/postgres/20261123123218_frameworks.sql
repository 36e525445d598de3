-- Modify "services" table
ALTER TABLE "services" ADD COLUMN "suggests" boolean NOT NULL DEFAULT false;
-- Modify "themings" table
ALTER TABLE "themings" ADD COLUMN "present" jsonb NULL;
-- Create "framework_codes" table
CREATE TABLE "framework_codes" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "code" character varying NOT NULL,
  "category" character varying NOT NULL,
  "title" character varying NOT NULL,
  "description" text NOT NULL DEFAULT '',
  PRIMARY KEY ("id")
);
-- Create index "framework_codes_code_key" to table: "framework_codes"
CREATE UNIQUE INDEX "framework_codes_code_key" ON "framework_codes" ("code");
