-- Add column "suggests" to table: "services"
ALTER TABLE `services` ADD COLUMN `suggests` bool NOT NULL DEFAULT (false);
-- Add column "present" to table: "themings"
ALTER TABLE `themings` ADD COLUMN `present` json NULL;
-- Create "framework_codes" table
CREATE TABLE `framework_codes` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `code` text NOT NULL,
  `category` text NOT NULL,
  `title` text NOT NULL,
  `description` text NOT NULL DEFAULT (''),
  PRIMARY KEY (`id`)
);
-- Create index "framework_codes_code_key" to table: "framework_codes"
CREATE UNIQUE INDEX `framework_codes_code_key` ON `framework_codes` (`code`);
