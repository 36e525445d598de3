-- Create "audit_entries" table
CREATE TABLE "audit_entries" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "number" bigint NOT NULL,
  "act" character varying NOT NULL,
  "actor_id" character varying NOT NULL DEFAULT '',
  "role" character varying NOT NULL,
  "place_id" character varying NOT NULL DEFAULT '',
  "about_id" character varying NOT NULL DEFAULT '',
  "record_id" character varying NOT NULL DEFAULT '',
  "subject_id" character varying NOT NULL DEFAULT '',
  "why" character varying NOT NULL DEFAULT '',
  "hour" character varying NOT NULL,
  "previous" character varying NOT NULL,
  "hash" character varying NOT NULL,
  PRIMARY KEY ("id")
);
-- Create index "audit_about" to table: "audit_entries"
CREATE INDEX "audit_about" ON "audit_entries" ("about_id", "number");
-- Create index "audit_act" to table: "audit_entries"
CREATE INDEX "audit_act" ON "audit_entries" ("act", "number");
-- Create index "audit_entries_number_key" to table: "audit_entries"
CREATE UNIQUE INDEX "audit_entries_number_key" ON "audit_entries" ("number");
-- Create index "audit_read_once" to table: "audit_entries"
CREATE UNIQUE INDEX "audit_read_once" ON "audit_entries" ("actor_id", "about_id", "hour") WHERE ((act)::text = 'READ'::text);
-- Create index "audit_time" to table: "audit_entries"
CREATE INDEX "audit_time" ON "audit_entries" ("created_at", "number");
-- The log only grows: nobody changes, deletes or empties it.
CREATE FUNCTION audit_entries_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log only grows: nothing in it is changed or deleted';
END
$$;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON "audit_entries" FOR EACH ROW EXECUTE FUNCTION audit_entries_stay();
CREATE TRIGGER audit_entries_keep BEFORE TRUNCATE ON "audit_entries" FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_stay();
