-- Create "actions" table
CREATE TABLE `actions` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `made_by_id` text NOT NULL,
  `owner_id` text NOT NULL,
  `owner_name` text NOT NULL,
  `what` text NOT NULL,
  `due_at` datetime NOT NULL,
  `control` text NOT NULL,
  `state` text NOT NULL,
  `reason` text NOT NULL DEFAULT (''),
  `ended_at` datetime NULL,
  `answer_by` datetime NULL,
  `answerer_id` text NULL,
  `answerer_name` text NOT NULL DEFAULT (''),
  `answer` text NOT NULL DEFAULT (''),
  `answered_at` datetime NULL,
  `late_at` datetime NULL,
  `version` integer NOT NULL DEFAULT (1),
  `priority_id` text NOT NULL,
  `service_id` text NOT NULL,
  `escalated_to_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `actions_priorities_actions` FOREIGN KEY (`priority_id`) REFERENCES `priorities` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `actions_services_actions` FOREIGN KEY (`service_id`) REFERENCES `services` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `actions_services_escalations` FOREIGN KEY (`escalated_to_id`) REFERENCES `services` (`id`) ON DELETE SET NULL
);
-- Create index "action_service_id_created_at_id" to table: "actions"
CREATE INDEX `action_service_id_created_at_id` ON `actions` (`service_id`, `created_at`, `id`);
-- Create index "action_priority_id_created_at_id" to table: "actions"
CREATE INDEX `action_priority_id_created_at_id` ON `actions` (`priority_id`, `created_at`, `id`);
-- Create index "action_made_by_id" to table: "actions"
CREATE INDEX `action_made_by_id` ON `actions` (`made_by_id`);
-- Create index "action_answerer_id" to table: "actions"
CREATE INDEX `action_answerer_id` ON `actions` (`answerer_id`);
-- Create index "action_escalated_to_id_created_at_id" to table: "actions"
CREATE INDEX `action_escalated_to_id_created_at_id` ON `actions` (`escalated_to_id`, `created_at`, `id`);
-- Create index "action_owner_id_due_at_id" to table: "actions"
CREATE INDEX `action_owner_id_due_at_id` ON `actions` (`owner_id`, `due_at`, `id`);
-- Create index "action_overdue" to table: "actions"
CREATE INDEX `action_overdue` ON `actions` (`service_id`, `due_at`, `id`) WHERE ended_at IS NULL;
-- Create index "action_waits" to table: "actions"
CREATE INDEX `action_waits` ON `actions` (`escalated_to_id`, `answer_by`, `id`) WHERE answered_at IS NULL;
-- Create index "action_due" to table: "actions"
CREATE INDEX `action_due` ON `actions` (`answer_by`, `id`) WHERE answered_at IS NULL AND late_at IS NULL AND ended_at IS NULL;
-- Add column "action_id" to table: "changes"
ALTER TABLE `changes` ADD COLUMN `action_id` text NULL CONSTRAINT `changes_actions_changes` REFERENCES `actions` (`id`) ON DELETE SET NULL;
-- Create index "change_action_id_created_at_id" to table: "changes"
CREATE INDEX `change_action_id_created_at_id` ON `changes` (`action_id`, `created_at`, `id`);
