-- Create "attendees" table
CREATE TABLE `attendees` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `side` text NOT NULL,
  `name` text NOT NULL DEFAULT (''),
  `part` text NOT NULL DEFAULT (''),
  `round_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `attendees_priority_rounds_attendees` FOREIGN KEY (`round_id`) REFERENCES `priority_rounds` (`id`) ON DELETE NO ACTION
);
-- Create index "attendee_round_id_created_at_id" to table: "attendees"
CREATE INDEX `attendee_round_id_created_at_id` ON `attendees` (`round_id`, `created_at`, `id`);
-- Create "priorities" table
CREATE TABLE `priorities` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `put_up_by_id` text NOT NULL,
  `put_up_by_name` text NOT NULL,
  `by_patients` bool NOT NULL DEFAULT (false),
  `by_staff` bool NOT NULL DEFAULT (false),
  `why` text NOT NULL,
  `state` text NOT NULL,
  `reason` text NOT NULL DEFAULT (''),
  `answer_by` datetime NOT NULL,
  `late_at` datetime NULL,
  `answered_at` datetime NULL,
  `patient_votes` integer NOT NULL DEFAULT (0),
  `staff_votes` integer NOT NULL DEFAULT (0),
  `version` integer NOT NULL DEFAULT (1),
  `round_id` text NOT NULL,
  `service_id` text NOT NULL,
  `theme_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `priorities_priority_rounds_priorities` FOREIGN KEY (`round_id`) REFERENCES `priority_rounds` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `priorities_services_priorities` FOREIGN KEY (`service_id`) REFERENCES `services` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `priorities_themes_priorities` FOREIGN KEY (`theme_id`) REFERENCES `themes` (`id`) ON DELETE NO ACTION
);
-- Create index "priority_service_id_created_at_id" to table: "priorities"
CREATE INDEX `priority_service_id_created_at_id` ON `priorities` (`service_id`, `created_at`, `id`);
-- Create index "priority_round_id_created_at_id" to table: "priorities"
CREATE INDEX `priority_round_id_created_at_id` ON `priorities` (`round_id`, `created_at`, `id`);
-- Create index "priority_theme_id_created_at_id" to table: "priorities"
CREATE INDEX `priority_theme_id_created_at_id` ON `priorities` (`theme_id`, `created_at`, `id`);
-- Create index "priority_put_up_by_id" to table: "priorities"
CREATE INDEX `priority_put_up_by_id` ON `priorities` (`put_up_by_id`);
-- Create index "priority_waits" to table: "priorities"
CREATE INDEX `priority_waits` ON `priorities` (`service_id`, `answer_by`, `id`) WHERE answered_at IS NULL;
-- Create index "priority_due" to table: "priorities"
CREATE INDEX `priority_due` ON `priorities` (`answer_by`, `id`) WHERE answered_at IS NULL AND late_at IS NULL;
-- Create "priority_rounds" table
CREATE TABLE `priority_rounds` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `opened_by_id` text NOT NULL,
  `opened_by_name` text NOT NULL,
  `owner_id` text NOT NULL,
  `owner_name` text NOT NULL,
  `title` text NOT NULL,
  `decide_by` datetime NOT NULL,
  `version` integer NOT NULL DEFAULT (1),
  `closed_at` datetime NULL,
  `closed_by_id` text NULL,
  `closed_by_name` text NOT NULL DEFAULT (''),
  `note` text NOT NULL DEFAULT (''),
  `choice` text NOT NULL DEFAULT (''),
  `patient_voters` integer NOT NULL DEFAULT (0),
  `staff_voters` integer NOT NULL DEFAULT (0),
  `service_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `priority_rounds_services_priority_rounds` FOREIGN KEY (`service_id`) REFERENCES `services` (`id`) ON DELETE NO ACTION
);
-- Create index "priorityround_service_id_created_at_id" to table: "priority_rounds"
CREATE INDEX `priorityround_service_id_created_at_id` ON `priority_rounds` (`service_id`, `created_at`, `id`);
-- Create index "priorityround_opened_by_id" to table: "priority_rounds"
CREATE INDEX `priorityround_opened_by_id` ON `priority_rounds` (`opened_by_id`);
-- Create index "priorityround_owner_id" to table: "priority_rounds"
CREATE INDEX `priorityround_owner_id` ON `priority_rounds` (`owner_id`);
-- Create index "priorityround_closed_by_id" to table: "priority_rounds"
CREATE INDEX `priorityround_closed_by_id` ON `priority_rounds` (`closed_by_id`);
-- Create "priority_votes" table
CREATE TABLE `priority_votes` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `priority_id` text NOT NULL,
  `person_id` text NOT NULL,
  `side` text NOT NULL,
  `round_id` text NOT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `priority_votes_priority_rounds_votes` FOREIGN KEY (`round_id`) REFERENCES `priority_rounds` (`id`) ON DELETE NO ACTION
);
-- Create index "priorityvote_priority_id_person_id" to table: "priority_votes"
CREATE UNIQUE INDEX `priorityvote_priority_id_person_id` ON `priority_votes` (`priority_id`, `person_id`);
-- Create index "priorityvote_round_id_person_id" to table: "priority_votes"
CREATE INDEX `priorityvote_round_id_person_id` ON `priority_votes` (`round_id`, `person_id`);
-- Create index "priorityvote_person_id_created_at_id" to table: "priority_votes"
CREATE INDEX `priorityvote_person_id_created_at_id` ON `priority_votes` (`person_id`, `created_at`, `id`);
