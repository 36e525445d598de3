-- Add columns to table: "responses"
ALTER TABLE `responses` ADD COLUMN `offline_reason` text NOT NULL DEFAULT ('');
ALTER TABLE `responses` ADD COLUMN `outcome_of_id` text NULL;
ALTER TABLE `responses` ADD COLUMN `outcome_at` datetime NULL;
ALTER TABLE `responses` ADD COLUMN `last_word` text NULL;
ALTER TABLE `responses` ADD COLUMN `last_word_at` datetime NULL;
-- Create index "response_elsewhere" to table: "responses"
CREATE INDEX `response_elsewhere` ON `responses` (`created_at`, `id`) WHERE state = 'PUBLISHED' AND offline_reason <> '' AND outcome_at IS NULL;
-- Create index "response_elsewhere_of_place" to table: "responses"
CREATE INDEX `response_elsewhere_of_place` ON `responses` (`service_id`, `created_at`, `id`) WHERE state = 'PUBLISHED' AND offline_reason <> '' AND outcome_at IS NULL;
-- Create index "response_of_place" to table: "responses"
CREATE INDEX `response_of_place` ON `responses` (`service_id`, `created_at`, `id`) WHERE state = 'PUBLISHED';
