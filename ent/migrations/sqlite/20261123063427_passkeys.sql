-- Add column "passkey_id" to table: "sessions"
ALTER TABLE `sessions` ADD COLUMN `passkey_id` text NULL;
-- Create "passkeys" table
CREATE TABLE `passkeys` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `name` text NOT NULL,
  `credential_id` blob NOT NULL,
  `handle` blob NOT NULL,
  `public_key` blob NOT NULL,
  `sign_count` integer NOT NULL DEFAULT (0),
  `aaguid` text NOT NULL,
  `transports` text NOT NULL DEFAULT (''),
  `backup_eligible` bool NOT NULL,
  `backed_up` bool NOT NULL,
  `last_used_at` datetime NULL,
  `stopped_at` datetime NULL,
  `person_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `passkeys_people_person` FOREIGN KEY (`person_id`) REFERENCES `people` (`id`) ON DELETE NO ACTION
);
-- Create index "passkeys_credential_id_key" to table: "passkeys"
CREATE UNIQUE INDEX `passkeys_credential_id_key` ON `passkeys` (`credential_id`);
-- Create index "passkey_person_id_created_at_id" to table: "passkeys"
CREATE INDEX `passkey_person_id_created_at_id` ON `passkeys` (`person_id`, `created_at`, `id`);
-- Create "passkey_challenges" table
CREATE TABLE `passkey_challenges` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `challenge_hash` text NOT NULL,
  `person_id` text NULL,
  `handle` blob NULL,
  `expires_at` datetime NOT NULL,
  `used_at` datetime NULL,
  PRIMARY KEY (`id`)
);
-- Create index "passkey_challenges_challenge_hash_key" to table: "passkey_challenges"
CREATE UNIQUE INDEX `passkey_challenges_challenge_hash_key` ON `passkey_challenges` (`challenge_hash`);
-- Create index "passkeychallenge_expires_at" to table: "passkey_challenges"
CREATE INDEX `passkeychallenge_expires_at` ON `passkey_challenges` (`expires_at`);
-- Create index "passkeychallenge_person_id" to table: "passkey_challenges"
CREATE INDEX `passkeychallenge_person_id` ON `passkey_challenges` (`person_id`);
