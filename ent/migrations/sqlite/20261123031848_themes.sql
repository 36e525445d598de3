-- Create "evidence" table
CREATE TABLE `evidence` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `added_by_id` text NOT NULL,
  `added_by_name` text NOT NULL,
  `says` text NOT NULL,
  `why` text NOT NULL,
  `experience_id` text NOT NULL,
  `theme_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `evidence_experiences_evidence` FOREIGN KEY (`experience_id`) REFERENCES `experiences` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `evidence_themes_evidence` FOREIGN KEY (`theme_id`) REFERENCES `themes` (`id`) ON DELETE NO ACTION
);
-- Create index "evidence_theme_id_experience_id" to table: "evidence"
CREATE UNIQUE INDEX `evidence_theme_id_experience_id` ON `evidence` (`theme_id`, `experience_id`);
-- Create index "evidence_theme_id_created_at_id" to table: "evidence"
CREATE INDEX `evidence_theme_id_created_at_id` ON `evidence` (`theme_id`, `created_at`, `id`);
-- Create index "evidence_experience_id_created_at_id" to table: "evidence"
CREATE INDEX `evidence_experience_id_created_at_id` ON `evidence` (`experience_id`, `created_at`, `id`);
-- Create index "evidence_added_by_id" to table: "evidence"
CREATE INDEX `evidence_added_by_id` ON `evidence` (`added_by_id`);
-- Create "themes" table
CREATE TABLE `themes` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `made_by_id` text NOT NULL,
  `title` text NOT NULL,
  `statement` text NOT NULL,
  `framework_code` text NOT NULL DEFAULT (''),
  `version` integer NOT NULL DEFAULT (1),
  `merged_into_id` text NULL,
  `service_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `themes_services_themes` FOREIGN KEY (`service_id`) REFERENCES `services` (`id`) ON DELETE NO ACTION
);
-- Create index "theme_service_id_created_at_id" to table: "themes"
CREATE INDEX `theme_service_id_created_at_id` ON `themes` (`service_id`, `created_at`, `id`);
-- Create index "theme_created_at_id" to table: "themes"
CREATE INDEX `theme_created_at_id` ON `themes` (`created_at`, `id`);
-- Create index "theme_made_by_id" to table: "themes"
CREATE INDEX `theme_made_by_id` ON `themes` (`made_by_id`);
-- Create "themings" table
CREATE TABLE `themings` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `kind` text NOT NULL,
  `author_id` text NOT NULL,
  `author_name` text NOT NULL,
  `moved` integer NOT NULL DEFAULT (0),
  `title` text NOT NULL DEFAULT (''),
  `statement` text NOT NULL DEFAULT (''),
  `why` text NOT NULL DEFAULT (''),
  `theme_id` text NOT NULL,
  `other_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `themings_themes_history` FOREIGN KEY (`theme_id`) REFERENCES `themes` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `themings_themes_other` FOREIGN KEY (`other_id`) REFERENCES `themes` (`id`) ON DELETE SET NULL
);
-- Create index "theming_theme_id_created_at_id" to table: "themings"
CREATE INDEX `theming_theme_id_created_at_id` ON `themings` (`theme_id`, `created_at`, `id`);
-- Create index "theming_author_id" to table: "themings"
CREATE INDEX `theming_author_id` ON `themings` (`author_id`);
