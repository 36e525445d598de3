-- The log goes by time: these went by number.
DROP INDEX `audit_about`;
DROP INDEX `audit_act`;
DROP INDEX `audit_time`;
-- Create index "audit_about_by_time" to table: "audit_entries"
CREATE INDEX `audit_about_by_time` ON `audit_entries` (`about_id`, `created_at`, `id`);
-- Create index "audit_act_by_time" to table: "audit_entries"
CREATE INDEX `audit_act_by_time` ON `audit_entries` (`act`, `created_at`, `id`);
-- Create index "audit_by_time" to table: "audit_entries"
CREATE INDEX `audit_by_time` ON `audit_entries` (`created_at`, `id`);
-- Add column "words_withdrawn" to table: "concerns"
ALTER TABLE `concerns` ADD COLUMN `words_withdrawn` bool NOT NULL DEFAULT (false);
-- Create index "consent_person_id_created_at_id" to table: "consents"
CREATE INDEX `consent_person_id_created_at_id` ON `consents` (`person_id`, `created_at`, `id`);
-- Add column "signals" to table: "voices"
ALTER TABLE `voices` ADD COLUMN `signals` text NOT NULL DEFAULT ('');
-- What was taken back before goes the way of what is taken back now.
UPDATE `concerns` SET `words_withdrawn` = true WHERE `experience_id` IN (SELECT `id` FROM `experiences` WHERE `state` = 'WITHDRAWN');
UPDATE `concern_entries` SET `words` = '' WHERE `concern_id` IN (SELECT `id` FROM `concerns` WHERE `words_withdrawn` AND `state` = 'CLOSED');
UPDATE `concerns` SET `reason` = '', `fingerprint` = '' WHERE `words_withdrawn` AND `state` = 'CLOSED';
