-- Create "identities" table
CREATE TABLE `identities` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `issuer` text NOT NULL,
  `subject_hash` text NOT NULL,
  `person_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `identities_people_identities` FOREIGN KEY (`person_id`) REFERENCES `people` (`id`) ON DELETE NO ACTION
);
-- Create index "identities_subject_hash_key" to table: "identities"
CREATE UNIQUE INDEX `identities_subject_hash_key` ON `identities` (`subject_hash`);
-- Create index "identity_person_id_created_at" to table: "identities"
CREATE INDEX `identity_person_id_created_at` ON `identities` (`person_id`, `created_at`);
-- Create "sign_ons" table
CREATE TABLE `sign_ons` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `secret_hash` text NOT NULL,
  `redirect` text NOT NULL,
  `person_id` text NULL,
  `expires_at` datetime NOT NULL,
  `used_at` datetime NULL,
  PRIMARY KEY (`id`)
);
-- Create index "sign_ons_secret_hash_key" to table: "sign_ons"
CREATE UNIQUE INDEX `sign_ons_secret_hash_key` ON `sign_ons` (`secret_hash`);
-- Create index "signon_expires_at" to table: "sign_ons"
CREATE INDEX `signon_expires_at` ON `sign_ons` (`expires_at`);
-- Create index "signon_person_id" to table: "sign_ons"
CREATE INDEX `signon_person_id` ON `sign_ons` (`person_id`);
