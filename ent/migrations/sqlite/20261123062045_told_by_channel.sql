-- Add columns to table: "people"
ALTER TABLE `people` ADD COLUMN `language` text NOT NULL DEFAULT '';
ALTER TABLE `people` ADD COLUMN `time_zone` text NOT NULL DEFAULT '';
ALTER TABLE `people` ADD COLUMN `quiet_from` text NOT NULL DEFAULT '';
ALTER TABLE `people` ADD COLUMN `quiet_until` text NOT NULL DEFAULT '';
ALTER TABLE `people` ADD COLUMN `paused` bool NOT NULL DEFAULT false;
ALTER TABLE `people` ADD COLUMN `paused_until` datetime NULL;
ALTER TABLE `people` ADD COLUMN `digest_at` text NOT NULL DEFAULT '';
ALTER TABLE `people` ADD COLUMN `digest_next` datetime NULL;
-- Create index "person_digest" to table: "people"
CREATE INDEX `person_digest` ON `people` (`digest_next`, `id`) WHERE digest_next IS NOT NULL;
-- Add column "read_at" to table: "steps"
ALTER TABLE `steps` ADD COLUMN `read_at` datetime NULL;
-- Create index "step_unread" to table: "steps"
CREATE INDEX `step_unread` ON `steps` (`person_id`, `number`, `id`) WHERE read_at IS NULL;
-- Create "channels" table
CREATE TABLE `channels` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `person_id` text NOT NULL,
  `kind` text NOT NULL,
  `wants` text NOT NULL,
  `told` integer NOT NULL DEFAULT (0),
  `endpoint` text NOT NULL DEFAULT (''),
  `endpoint_hash` text NULL,
  `p256dh` text NOT NULL DEFAULT (''),
  `auth_secret` text NOT NULL DEFAULT (''),
  PRIMARY KEY (`id`)
);
-- Create index "channels_endpoint_hash_key" to table: "channels"
CREATE UNIQUE INDEX `channels_endpoint_hash_key` ON `channels` (`endpoint_hash`);
-- Create index "channel_person_id_created_at_id" to table: "channels"
CREATE INDEX `channel_person_id_created_at_id` ON `channels` (`person_id`, `created_at`, `id`);
-- Create index "channel_one_letterbox" to table: "channels"
CREATE UNIQUE INDEX `channel_one_letterbox` ON `channels` (`person_id`) WHERE kind = 'EMAIL';
