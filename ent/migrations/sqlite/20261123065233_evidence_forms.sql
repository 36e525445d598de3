-- Add column "passage_part" to table: "evidence"
ALTER TABLE `evidence` ADD COLUMN `passage_part` text NOT NULL DEFAULT ('');
-- Add column "passage_start" to table: "evidence"
ALTER TABLE `evidence` ADD COLUMN `passage_start` integer NOT NULL DEFAULT (0);
-- Add column "passage_end" to table: "evidence"
ALTER TABLE `evidence` ADD COLUMN `passage_end` integer NOT NULL DEFAULT (0);
-- Add column "passage_mark" to table: "evidence"
ALTER TABLE `evidence` ADD COLUMN `passage_mark` text NOT NULL DEFAULT ('');
-- Add column "form" to table: "experiences"
ALTER TABLE `experiences` ADD COLUMN `form` text NOT NULL DEFAULT ('EXPERIENCE');
-- Add column "says" to table: "experiences"
ALTER TABLE `experiences` ADD COLUMN `says` text NULL;
-- Add column "recorded_by_id" to table: "experiences"
ALTER TABLE `experiences` ADD COLUMN `recorded_by_id` text NULL;
-- Create index "experience_recorded" to table: "experiences"
CREATE INDEX `experience_recorded` ON `experiences` (`recorded_by_id`, `created_at`, `id`) WHERE recorded_by_id IS NOT NULL;
