-- Drop index "identity_person_id_created_at" from table: "identities"
DROP INDEX "identity_person_id_created_at";
-- Create index "identity_person_id_created_at_id" to table: "identities"
CREATE INDEX "identity_person_id_created_at_id" ON "identities" ("person_id", "created_at", "id");
