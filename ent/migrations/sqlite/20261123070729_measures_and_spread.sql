-- Add column "spread_from_id" to table: "changes"
ALTER TABLE `changes` ADD COLUMN `spread_from_id` text NULL;
-- Create index "change_spread_from_id_created_at_id" to table: "changes"
CREATE INDEX `change_spread_from_id_created_at_id` ON `changes` (`spread_from_id`, `created_at`, `id`);
-- Create index "change_service_id_moved_at_id" to table: "changes"
CREATE INDEX `change_service_id_moved_at_id` ON `changes` (`service_id`, `moved_at`, `id`);
-- Add column "unnamed_at" to table: "coproducers"
ALTER TABLE `coproducers` ADD COLUMN `unnamed_at` datetime NULL;
-- Create "measures" table
CREATE TABLE `measures` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `author_id` text NOT NULL,
  `author_name` text NOT NULL,
  `what` text NOT NULL,
  `unit` text NOT NULL DEFAULT (''),
  `kind` text NOT NULL,
  `better` text NOT NULL,
  `of_people` bool NOT NULL,
  `change_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `measures_changes_measures` FOREIGN KEY (`change_id`) REFERENCES `changes` (`id`) ON DELETE NO ACTION
);
-- Create index "measure_change_id_created_at_id" to table: "measures"
CREATE INDEX `measure_change_id_created_at_id` ON `measures` (`change_id`, `created_at`, `id`);
-- Create index "measure_author_id" to table: "measures"
CREATE INDEX `measure_author_id` ON `measures` (`author_id`);
-- Create "measure_readings" table
CREATE TABLE `measure_readings` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `change_id` text NOT NULL,
  `author_id` text NOT NULL,
  `author_name` text NOT NULL,
  `baseline` bool NOT NULL,
  `counted_at` datetime NOT NULL,
  `numerator` integer NOT NULL,
  `denominator` integer NOT NULL,
  `note` text NOT NULL DEFAULT (''),
  `corrects_id` text NULL,
  `corrected` bool NOT NULL DEFAULT (false),
  `measure_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `measure_readings_measures_readings` FOREIGN KEY (`measure_id`) REFERENCES `measures` (`id`) ON DELETE NO ACTION
);
-- Create index "measurereading_measure_id_counted_at_id" to table: "measure_readings"
CREATE INDEX `measurereading_measure_id_counted_at_id` ON `measure_readings` (`measure_id`, `counted_at`, `id`);
-- Create index "measurereading_change_id" to table: "measure_readings"
CREATE INDEX `measurereading_change_id` ON `measure_readings` (`change_id`);
-- Create index "measurereading_author_id" to table: "measure_readings"
CREATE INDEX `measurereading_author_id` ON `measure_readings` (`author_id`);
-- Create index "measurereading_corrects_id" to table: "measure_readings"
CREATE UNIQUE INDEX `measurereading_corrects_id` ON `measure_readings` (`corrects_id`);
