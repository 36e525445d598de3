-- Add column "starts_at" to table: "invitations"
ALTER TABLE `invitations` ADD COLUMN `starts_at` datetime NULL;
-- Add column "ends_at" to table: "invitations"
ALTER TABLE `invitations` ADD COLUMN `ends_at` datetime NULL;
