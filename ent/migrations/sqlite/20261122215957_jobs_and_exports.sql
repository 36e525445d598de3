-- Create index "invitation_expires_at" to table: "invitations"
CREATE INDEX `invitation_expires_at` ON `invitations` (`expires_at`);
-- Create index "refresh_expires_at" to table: "refresh_tokens"
CREATE INDEX `refresh_expires_at` ON `refresh_tokens` (`expires_at`);
-- Create index "signin_expires_at" to table: "sign_ins"
CREATE INDEX `signin_expires_at` ON `sign_ins` (`expires_at`);
-- Create "exports" table
CREATE TABLE `exports` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `person_id` text NOT NULL,
  `state` text NOT NULL,
  `size` integer NOT NULL DEFAULT (0),
  `secret_hash` text NULL,
  `ready_at` datetime NULL,
  `expires_at` datetime NULL,
  `fetched_at` datetime NULL,
  PRIMARY KEY (`id`)
);
-- Create index "exports_secret_hash_key" to table: "exports"
CREATE UNIQUE INDEX `exports_secret_hash_key` ON `exports` (`secret_hash`);
-- Create index "export_person_id_created_at_id" to table: "exports"
CREATE INDEX `export_person_id_created_at_id` ON `exports` (`person_id`, `created_at`, `id`);
-- Create index "export_expires_at" to table: "exports"
CREATE INDEX `export_expires_at` ON `exports` (`expires_at`);
-- Create "export_parts" table
CREATE TABLE `export_parts` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `number` integer NOT NULL,
  `body` blob NOT NULL,
  `export_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `export_parts_exports_parts` FOREIGN KEY (`export_id`) REFERENCES `exports` (`id`) ON DELETE NO ACTION
);
-- Create index "exportpart_export_id_number" to table: "export_parts"
CREATE UNIQUE INDEX `exportpart_export_id_number` ON `export_parts` (`export_id`, `number`);
-- Create "jobs" table
CREATE TABLE `jobs` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `kind` text NOT NULL,
  `about` text NOT NULL,
  `unique_key` text NULL,
  `run_at` datetime NOT NULL,
  `attempts` integer NOT NULL DEFAULT (0),
  `claim` integer NOT NULL DEFAULT (0),
  `claimed_until` datetime NULL,
  `done_at` datetime NULL,
  `dead_at` datetime NULL,
  `failure` text NOT NULL DEFAULT (''),
  PRIMARY KEY (`id`)
);
-- Create index "jobs_unique_key_key" to table: "jobs"
CREATE UNIQUE INDEX `jobs_unique_key_key` ON `jobs` (`unique_key`);
-- Create index "job_due" to table: "jobs"
CREATE INDEX `job_due` ON `jobs` (`run_at`, `id`) WHERE done_at IS NULL AND dead_at IS NULL;
-- Create index "job_dead" to table: "jobs"
CREATE INDEX `job_dead` ON `jobs` (`dead_at`, `id`) WHERE dead_at IS NOT NULL;
-- Create index "job_done" to table: "jobs"
CREATE INDEX `job_done` ON `jobs` (`done_at`) WHERE done_at IS NOT NULL;
