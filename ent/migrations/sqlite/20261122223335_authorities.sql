-- Disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- Add column "authority_id" to table: "experiences"
ALTER TABLE `experiences` ADD COLUMN `authority_id` text NULL;
-- Add column "told_by_id" to table: "experiences"
ALTER TABLE `experiences` ADD COLUMN `told_by_id` text NULL;
-- Create "new_steps" table
CREATE TABLE `new_steps` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `person_id` text NOT NULL,
  `number` integer NOT NULL,
  `authority_id` text NULL,
  `kind` text NOT NULL,
  `about` text NOT NULL,
  `words` text NOT NULL DEFAULT (''),
  `experience_id` text NULL,
  `response_id` text NULL,
  `change_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `steps_experiences_experience` FOREIGN KEY (`experience_id`) REFERENCES `experiences` (`id`) ON DELETE SET NULL,
  CONSTRAINT `steps_responses_response` FOREIGN KEY (`response_id`) REFERENCES `responses` (`id`) ON DELETE SET NULL,
  CONSTRAINT `steps_changes_change` FOREIGN KEY (`change_id`) REFERENCES `changes` (`id`) ON DELETE SET NULL
);
-- Copy rows from old table "steps" to new temporary table "new_steps"
INSERT INTO `new_steps` (`id`, `created_at`, `person_id`, `number`, `kind`, `about`, `words`, `experience_id`, `response_id`, `change_id`) SELECT `id`, `created_at`, `person_id`, `number`, `kind`, `about`, `words`, `experience_id`, `response_id`, `change_id` FROM `steps`;
-- Drop "steps" table after copying rows
DROP TABLE `steps`;
-- Rename temporary table "new_steps" to "steps"
ALTER TABLE `new_steps` RENAME TO `steps`;
-- Create index "step_person_id_number" to table: "steps"
CREATE UNIQUE INDEX `step_person_id_number` ON `steps` (`person_id`, `number`);
-- Create index "step_experience_id_kind_about_person_id" to table: "steps"
CREATE UNIQUE INDEX `step_experience_id_kind_about_person_id` ON `steps` (`experience_id`, `kind`, `about`, `person_id`);
-- Create index "step_experience_id_number" to table: "steps"
CREATE INDEX `step_experience_id_number` ON `steps` (`experience_id`, `number`);
-- Create "authorities" table
CREATE TABLE `authorities` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `basis` text NOT NULL,
  `scope` text NOT NULL,
  `relationship` text NOT NULL DEFAULT (''),
  `proxy_name` text NOT NULL DEFAULT (''),
  `subject_name` text NOT NULL DEFAULT (''),
  `evidence` text NOT NULL DEFAULT (''),
  `born` integer NULL,
  `reviewed_in` integer NOT NULL,
  `confirmed_in` integer NULL,
  `review_at` datetime NULL,
  `ends_at` datetime NULL,
  `ended_at` datetime NULL,
  `ended_by` text NULL,
  `proxy_id` text NOT NULL,
  `subject_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `authorities_people_proxy` FOREIGN KEY (`proxy_id`) REFERENCES `people` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `authorities_people_subject` FOREIGN KEY (`subject_id`) REFERENCES `people` (`id`) ON DELETE NO ACTION
);
-- Create index "authority_proxy_id_created_at_id" to table: "authorities"
CREATE INDEX `authority_proxy_id_created_at_id` ON `authorities` (`proxy_id`, `created_at`, `id`);
-- Create index "authority_subject_id_created_at_id" to table: "authorities"
CREATE INDEX `authority_subject_id_created_at_id` ON `authorities` (`subject_id`, `created_at`, `id`);
-- Create "authority_codes" table
CREATE TABLE `authority_codes` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `code_hash` text NOT NULL,
  `kind` text NOT NULL,
  `basis` text NOT NULL,
  `scope` text NOT NULL,
  `subject_name` text NOT NULL DEFAULT (''),
  `born` integer NULL,
  `ends_at` datetime NULL,
  `expires_at` datetime NULL,
  `used_at` datetime NULL,
  `authority_id` text NULL,
  `subject_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `authority_codes_people_subject` FOREIGN KEY (`subject_id`) REFERENCES `people` (`id`) ON DELETE NO ACTION
);
-- Create index "authority_codes_code_hash_key" to table: "authority_codes"
CREATE UNIQUE INDEX `authority_codes_code_hash_key` ON `authority_codes` (`code_hash`);
-- Create index "authoritycode_subject_id_kind" to table: "authority_codes"
CREATE INDEX `authoritycode_subject_id_kind` ON `authority_codes` (`subject_id`, `kind`);
-- Create "objections" table
CREATE TABLE `objections` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `author_id` text NOT NULL,
  `words` text NOT NULL,
  `experience_id` text NOT NULL,
  `authority_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `objections_experiences_experience` FOREIGN KEY (`experience_id`) REFERENCES `experiences` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `objections_authorities_authority` FOREIGN KEY (`authority_id`) REFERENCES `authorities` (`id`) ON DELETE NO ACTION
);
-- Create index "objection_experience_id_created_at_id" to table: "objections"
CREATE INDEX `objection_experience_id_created_at_id` ON `objections` (`experience_id`, `created_at`, `id`);
-- Enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
