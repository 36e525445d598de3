-- Columns are added in place: a table that is built anew would drop the triggers of the search.
ALTER TABLE `experiences` ADD COLUMN `not_before` datetime NULL;
ALTER TABLE `experiences` ADD COLUMN `due_at` datetime NULL;
ALTER TABLE `experiences` ADD COLUMN `claimed_by_id` text NULL;
ALTER TABLE `experiences` ADD COLUMN `claimed_at` datetime NULL;
ALTER TABLE `experiences` ADD COLUMN `criticality` text NULL;
ALTER TABLE `experiences` ADD COLUMN `signals` text NOT NULL DEFAULT ('');
CREATE INDEX `experience_due` ON `experiences` (`due_at`, `id`) WHERE due_at IS NOT NULL;
ALTER TABLE `memberships` ADD COLUMN `trusted` bool NOT NULL DEFAULT (false);
ALTER TABLE `memberships` ADD COLUMN `starts_at` datetime NULL;
ALTER TABLE `memberships` ADD COLUMN `ends_at` datetime NULL;
ALTER TABLE `responses` ADD COLUMN `state` text NOT NULL DEFAULT ('PUBLISHED');
ALTER TABLE `responses` ADD COLUMN `claims_change` bool NOT NULL DEFAULT (false);
ALTER TABLE `responses` ADD COLUMN `version` integer NOT NULL DEFAULT (1);
ALTER TABLE `responses` ADD COLUMN `reason` text NOT NULL DEFAULT ('');
ALTER TABLE `responses` ADD COLUMN `revised_at` datetime NULL;
CREATE INDEX `response_queue` ON `responses` (`created_at`, `id`) WHERE state = 'IN_MODERATION';
ALTER TABLE `services` ADD COLUMN `review_hours` integer NOT NULL DEFAULT (0);
