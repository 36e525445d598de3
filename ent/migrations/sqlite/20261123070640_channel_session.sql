-- Add column "session_id" to table: "channels"
ALTER TABLE `channels` ADD COLUMN `session_id` text NULL;
