-- Columns are added in place: a table that is built anew would drop the triggers of the search.
DROP INDEX `experience_queue`;
DROP INDEX `experience_queue_everywhere`;
CREATE INDEX `experience_queue` ON `experiences` (`service_id`, `state`, `created_at`, `id`) WHERE state <> 'PUBLISHED';
CREATE INDEX `experience_queue_everywhere` ON `experiences` (`state`, `created_at`, `id`) WHERE state <> 'PUBLISHED';
-- Create "policy_clauses" table
CREATE TABLE `policy_clauses` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `code` text NOT NULL,
  `title` text NOT NULL,
  `body` text NOT NULL,
  `version` integer NOT NULL DEFAULT (1),
  `until` datetime NULL,
  PRIMARY KEY (`id`)
);
-- Create index "policyclause_code_version" to table: "policy_clauses"
CREATE UNIQUE INDEX `policyclause_code_version` ON `policy_clauses` (`code`, `version`);
-- Create index "policyclause_in_force" to table: "policy_clauses"
CREATE UNIQUE INDEX `policyclause_in_force` ON `policy_clauses` (`code`) WHERE until IS NULL;
-- Create index "policyclause_code_id" to table: "policy_clauses"
CREATE INDEX `policyclause_code_id` ON `policy_clauses` (`code`, `id`);
ALTER TABLE `moderation_decisions` ADD COLUMN `of_version` integer NOT NULL DEFAULT (0);
ALTER TABLE `moderation_decisions` ADD COLUMN `fingerprint` text NOT NULL DEFAULT ('');
ALTER TABLE `moderation_decisions` ADD COLUMN `edits` json NULL;
ALTER TABLE `moderation_decisions` ADD COLUMN `answer` text NULL;
ALTER TABLE `moderation_decisions` ADD COLUMN `answered_at` datetime NULL;
ALTER TABLE `moderation_decisions` ADD COLUMN `clause_id` text NULL CONSTRAINT `moderation_decisions_policy_clauses_clause` REFERENCES `policy_clauses` (`id`) ON DELETE SET NULL;
-- Create "appeals" table
CREATE TABLE `appeals` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `fingerprint` text NOT NULL,
  `author_id` text NOT NULL,
  `words` text NOT NULL,
  `experience_id` text NOT NULL,
  `decision_id` text NOT NULL,
  `outcome_id` text NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `appeals_experiences_experience` FOREIGN KEY (`experience_id`) REFERENCES `experiences` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `appeals_moderation_decisions_decision` FOREIGN KEY (`decision_id`) REFERENCES `moderation_decisions` (`id`) ON DELETE NO ACTION,
  CONSTRAINT `appeals_moderation_decisions_outcome` FOREIGN KEY (`outcome_id`) REFERENCES `moderation_decisions` (`id`) ON DELETE SET NULL
);
-- Create index "appeal_decision_id" to table: "appeals"
CREATE UNIQUE INDEX `appeal_decision_id` ON `appeals` (`decision_id`);
-- Create index "appeal_experience_id_outcome_id" to table: "appeals"
CREATE INDEX `appeal_experience_id_outcome_id` ON `appeals` (`experience_id`, `outcome_id`);
-- The policy that an installation begins with. Its administrators set new versions of it (policyClauseSet).
INSERT INTO `policy_clauses` (`id`, `created_at`, `code`, `title`, `body`, `version`) VALUES
  ('pcl_01kdvdna00e008000000000001', '2026-01-01 00:00:00+00:00', '1.1', 'Tell what you saw yourself', 'Tell what happened to you, or to somebody you cared for or spoke up for. What you only heard from others, we do not publish.', 1),
  ('pcl_01kdvdna00e008000000000002', '2026-01-01 00:00:00+00:00', '1.2', 'Tell what happened in the last three years', 'People in a service change, and so does the service. What is older than three years, it can no longer look into.', 1),
  ('pcl_01kdvdna00e008000000000003', '2026-01-01 00:00:00+00:00', '1.3', 'Say enough to learn from', 'Say what happened, and what was good or could be better. Hard words about care are fine. They help most when others can see what you mean.', 1),
  ('pcl_01kdvdna00e008000000000004', '2026-01-01 00:00:00+00:00', '1.4', 'Once is enough', 'The same words about the same visit are published once. You can tell more later, when more has happened.', 1),
  ('pcl_01kdvdna00e008000000000005', '2026-01-01 00:00:00+00:00', '2.1', 'Stay safe yourself', 'We take out what would tell others who you are: names, addresses, numbers, dates of birth, or a story that only one person can have.', 1),
  ('pcl_01kdvdna00e008000000000006', '2026-01-01 00:00:00+00:00', '2.2', 'Name nobody else', 'We take out the names of patients, relatives and staff. Say what somebody does there instead, such as a nurse or a driver.', 1),
  ('pcl_01kdvdna00e008000000000007', '2026-01-01 00:00:00+00:00', '2.3', 'Be fair to people', 'No insults, threats or hate. Say what somebody did and how it was for you, and leave out what they are.', 1),
  ('pcl_01kdvdna00e008000000000008', '2026-01-01 00:00:00+00:00', '2.4', 'Some words are for the service alone', 'When words would point at one person even without a name, we may give them to the service and not to everybody. You are told, and the service still hears you.', 1),
  ('pcl_01kdvdna00e008000000000009', '2026-01-01 00:00:00+00:00', '3.1', 'Not for what is urgent', 'Nobody reads your words at once. Whoever needs help now should call the service, NHS 111, or 999. We hold words back when they show that somebody may be in danger, until somebody has looked after that.', 1),
  ('pcl_01kdvdna00e00800000000000a', '2026-01-01 00:00:00+00:00', '3.2', 'Within the law', 'We do not publish what the law forbids, such as saying as a fact that somebody broke the law when no court has said so, or what a court is dealing with now.', 1),
  ('pcl_01kdvdna00e00800000000000b', '2026-01-01 00:00:00+00:00', '3.3', 'No advertising', 'We do not publish what sells or advertises something, asks for votes, or has nothing to do with care.', 1);
