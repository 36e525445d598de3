-- Add column "helped" to table: "changes"
ALTER TABLE `changes` ADD COLUMN `helped` bool NOT NULL DEFAULT (false);
-- Create "verdicts" table
CREATE TABLE `verdicts` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `person_id` text NOT NULL,
  `experience_id` text NOT NULL,
  `answer` text NOT NULL,
  `words` text NOT NULL DEFAULT (''),
  `signals` text NOT NULL DEFAULT (''),
  `round_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `verdicts_verdict_rounds_verdicts` FOREIGN KEY (`round_id`) REFERENCES `verdict_rounds` (`id`) ON DELETE NO ACTION
);
-- Create index "verdict_round_id_person_id" to table: "verdicts"
CREATE UNIQUE INDEX `verdict_round_id_person_id` ON `verdicts` (`round_id`, `person_id`);
-- Create index "verdict_words" to table: "verdicts"
CREATE INDEX `verdict_words` ON `verdicts` (`round_id`, `created_at`, `id`) WHERE words <> '';
-- Create index "verdict_person_id_created_at_id" to table: "verdicts"
CREATE INDEX `verdict_person_id_created_at_id` ON `verdicts` (`person_id`, `created_at`, `id`);
-- Create index "verdict_experience_id" to table: "verdicts"
CREATE INDEX `verdict_experience_id` ON `verdicts` (`experience_id`);
-- Create "verdict_rounds" table
CREATE TABLE `verdict_rounds` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `opened_by_id` text NOT NULL,
  `opened_by_name` text NOT NULL,
  `change_version` integer NOT NULL,
  `asked` integer NOT NULL,
  `needed` integer NOT NULL,
  `answered` integer NOT NULL DEFAULT (0),
  `helped` integer NOT NULL DEFAULT (0),
  `partly` integer NOT NULL DEFAULT (0),
  `not_yet` integer NOT NULL DEFAULT (0),
  `made_worse` integer NOT NULL DEFAULT (0),
  `cannot_say` integer NOT NULL DEFAULT (0),
  `closed_at` datetime NULL,
  `closed_by_id` text NULL,
  `closed_by_name` text NOT NULL DEFAULT (''),
  `note` text NOT NULL DEFAULT (''),
  `waiver` text NOT NULL DEFAULT (''),
  `ask_again_at` datetime NULL,
  `again_id` text NULL,
  `change_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `verdict_rounds_changes_verdict_rounds` FOREIGN KEY (`change_id`) REFERENCES `changes` (`id`) ON DELETE NO ACTION
);
-- Create index "verdictround_change_id_created_at_id" to table: "verdict_rounds"
CREATE INDEX `verdictround_change_id_created_at_id` ON `verdict_rounds` (`change_id`, `created_at`, `id`);
-- Create index "verdict_round_open" to table: "verdict_rounds"
CREATE UNIQUE INDEX `verdict_round_open` ON `verdict_rounds` (`change_id`) WHERE closed_at IS NULL;
-- Create index "verdict_round_again" to table: "verdict_rounds"
CREATE INDEX `verdict_round_again` ON `verdict_rounds` (`ask_again_at`, `id`) WHERE ask_again_at IS NOT NULL AND again_id IS NULL;
