-- Create index "experience_signalled" to table: "experiences"
CREATE INDEX `experience_signalled` ON `experiences` (`created_at`, `id`) WHERE state = 'IN_MODERATION' AND signals <> '';
-- Create "break_glasses" table
CREATE TABLE `break_glasses` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `seen_by_id` text NOT NULL,
  `seen_by_name` text NOT NULL DEFAULT (''),
  `reason` text NOT NULL,
  `withheld_because` text NOT NULL DEFAULT (''),
  `concern_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `break_glasses_concerns_reveals` FOREIGN KEY (`concern_id`) REFERENCES `concerns` (`id`) ON DELETE NO ACTION
);
-- Create index "breakglass_concern_id_created_at_id" to table: "break_glasses"
CREATE INDEX `breakglass_concern_id_created_at_id` ON `break_glasses` (`concern_id`, `created_at`, `id`);
-- Create "concerns" table
CREATE TABLE `concerns` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `service_id` text NOT NULL,
  `about_id` text NOT NULL,
  `raised_by_id` text NOT NULL,
  `raised_by_name` text NOT NULL DEFAULT (''),
  `source` text NOT NULL,
  `level` text NOT NULL,
  `reason` text NOT NULL,
  `state` text NOT NULL DEFAULT ('RAISED'),
  `acknowledge_by` datetime NOT NULL,
  `due_at` datetime NOT NULL,
  `acknowledged_by_id` text NULL,
  `acknowledged_by_name` text NOT NULL DEFAULT (''),
  `acknowledged_at` datetime NULL,
  `handed_to` text NOT NULL DEFAULT (''),
  `handed_over_at` datetime NULL,
  `received_by` text NOT NULL DEFAULT (''),
  `received_at` datetime NULL,
  `outcome` text NOT NULL DEFAULT (''),
  `closed_at` datetime NULL,
  `version` integer NOT NULL DEFAULT (1),
  `experience_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `concerns_experiences_experience` FOREIGN KEY (`experience_id`) REFERENCES `experiences` (`id`) ON DELETE NO ACTION
);
-- Create index "concern_queue_everywhere" to table: "concerns"
CREATE INDEX `concern_queue_everywhere` ON `concerns` (`due_at`, `id`) WHERE state <> 'CLOSED';
-- Create index "concern_queue" to table: "concerns"
CREATE INDEX `concern_queue` ON `concerns` (`service_id`, `due_at`, `id`) WHERE state <> 'CLOSED';
-- Create index "concern_experience_id" to table: "concerns"
CREATE INDEX `concern_experience_id` ON `concerns` (`experience_id`);
-- Create index "concern_raised_by_id_created_at_id" to table: "concerns"
CREATE INDEX `concern_raised_by_id_created_at_id` ON `concerns` (`raised_by_id`, `created_at`, `id`);
-- Create "concern_entries" table
CREATE TABLE `concern_entries` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `author_id` text NOT NULL,
  `author_name` text NOT NULL DEFAULT (''),
  `kind` text NOT NULL,
  `who` text NOT NULL DEFAULT (''),
  `words` text NOT NULL DEFAULT (''),
  `concern_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `concern_entries_concerns_entries` FOREIGN KEY (`concern_id`) REFERENCES `concerns` (`id`) ON DELETE NO ACTION
);
-- Create index "concernentry_concern_id_created_at_id" to table: "concern_entries"
CREATE INDEX `concernentry_concern_id_created_at_id` ON `concern_entries` (`concern_id`, `created_at`, `id`);
-- Create "signposts" table
CREATE TABLE `signposts` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `language` text NOT NULL,
  `text` text NOT NULL,
  `set_by_id` text NOT NULL,
  `service_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `signposts_services_service` FOREIGN KEY (`service_id`) REFERENCES `services` (`id`) ON DELETE NO ACTION
);
-- Create index "signpost_service_id_language_created_at_id" to table: "signposts"
CREATE INDEX `signpost_service_id_language_created_at_id` ON `signposts` (`service_id`, `language`, `created_at`, `id`);
