-- Add column "ends_at" to table: "sessions"
ALTER TABLE `sessions` ADD COLUMN `ends_at` datetime NULL;
-- Add column "secret_hash" to table: "sessions"
ALTER TABLE `sessions` ADD COLUMN `secret_hash` text NULL;
-- Create index "sessions_secret_hash_key" to table: "sessions"
CREATE UNIQUE INDEX `sessions_secret_hash_key` ON `sessions` (`secret_hash`);
-- Create "service_tokens" table
CREATE TABLE `service_tokens` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `name` text NOT NULL,
  `scopes` text NOT NULL,
  `made_by_id` text NOT NULL,
  `expires_at` datetime NOT NULL,
  `rotated_at` datetime NULL,
  `revoked_at` datetime NULL,
  `revoked_by_id` text NULL,
  `last_used_at` datetime NULL,
  `service_id` text NULL,
  `person_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `service_tokens_services_service` FOREIGN KEY (`service_id`) REFERENCES `services` (`id`) ON DELETE SET NULL,
  CONSTRAINT `service_tokens_people_person` FOREIGN KEY (`person_id`) REFERENCES `people` (`id`) ON DELETE NO ACTION
);
-- Create index "servicetoken_created_at_id" to table: "service_tokens"
CREATE INDEX `servicetoken_created_at_id` ON `service_tokens` (`created_at`, `id`);
-- Create index "servicetoken_service_id" to table: "service_tokens"
CREATE INDEX `servicetoken_service_id` ON `service_tokens` (`service_id`);
-- Create index "servicetoken_person_id" to table: "service_tokens"
CREATE UNIQUE INDEX `servicetoken_person_id` ON `service_tokens` (`person_id`);
