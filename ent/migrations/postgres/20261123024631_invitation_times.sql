-- Modify "invitations" table
ALTER TABLE "invitations" ADD COLUMN "starts_at" timestamptz NULL, ADD COLUMN "ends_at" timestamptz NULL;
