-- Add column "given_through_id" to table: "consents"
ALTER TABLE `consents` ADD COLUMN `given_through_id` text NULL;
-- Add column "taken_back_through_id" to table: "consents"
ALTER TABLE `consents` ADD COLUMN `taken_back_through_id` text NULL;
-- What was agreed to as somebody else told the words was agreed to by them.
UPDATE `consents` SET `given_through_id` = (SELECT `authority_id` FROM `experiences` WHERE `experiences`.`id` = `consents`.`experience_id` AND `experiences`.`created_at` = `consents`.`created_at`) WHERE `voice_id` IS NULL;
-- Add column "service_id" to table: "voices"
ALTER TABLE `voices` ADD COLUMN `service_id` text NOT NULL DEFAULT ('');
-- A voice stands where its experience happened.
UPDATE `voices` SET `service_id` = (SELECT `service_id` FROM `experiences` WHERE `experiences`.`id` = `voices`.`experience_id`);
-- Create index "voice_queue_of_place" to table: "voices"
CREATE INDEX `voice_queue_of_place` ON `voices` (`service_id`, `created_at`, `id`) WHERE state = 'IN_MODERATION';
-- Create index "voice_signalled" to table: "voices"
CREATE INDEX `voice_signalled` ON `voices` (`created_at`, `id`) WHERE state = 'IN_MODERATION' AND signals <> '';
