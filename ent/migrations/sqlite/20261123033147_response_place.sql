-- Add column "service_id" to table: "responses"
ALTER TABLE `responses` ADD COLUMN `service_id` text NOT NULL DEFAULT ('');
-- An answer stands where its experience happened.
UPDATE `responses` SET `service_id` = (SELECT `service_id` FROM `experiences` WHERE `experiences`.`id` = `responses`.`experience_id`);
-- Create index "response_queue_of_place" to table: "responses"
CREATE INDEX `response_queue_of_place` ON `responses` (`service_id`, `created_at`, `id`) WHERE state = 'IN_MODERATION';
