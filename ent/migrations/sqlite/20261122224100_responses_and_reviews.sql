-- Add column "membership_id" to table: "responses"
ALTER TABLE `responses` ADD COLUMN `membership_id` text NULL;
-- Add column "decided_by_id" to table: "responses"
ALTER TABLE `responses` ADD COLUMN `decided_by_id` text NULL;
-- Create index "response_author_id_created_at_id" to table: "responses"
CREATE INDEX `response_author_id_created_at_id` ON `responses` (`author_id`, `created_at`, `id`);
-- Create "review_requests" table
CREATE TABLE `review_requests` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `asked_by_id` text NOT NULL,
  `role` text NOT NULL,
  `reason` text NOT NULL,
  `answered_at` datetime NULL,
  `answer` text NULL,
  `experience_id` text NOT NULL,
  `service_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `review_requests_experiences_experience` FOREIGN KEY (`experience_id`) REFERENCES `experiences` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `review_requests_services_service` FOREIGN KEY (`service_id`) REFERENCES `services` (`id`) ON DELETE NO ACTION
);
-- Create index "reviewrequest_experience_id" to table: "review_requests"
CREATE UNIQUE INDEX `reviewrequest_experience_id` ON `review_requests` (`experience_id`);
