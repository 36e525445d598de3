-- Modify "channels" table
ALTER TABLE "channels" ADD COLUMN "session_id" character varying NULL;
