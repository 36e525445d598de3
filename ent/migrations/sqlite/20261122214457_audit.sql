-- Create "audit_entries" table
CREATE TABLE `audit_entries` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `number` integer NOT NULL,
  `act` text NOT NULL,
  `actor_id` text NOT NULL DEFAULT (''),
  `role` text NOT NULL,
  `place_id` text NOT NULL DEFAULT (''),
  `about_id` text NOT NULL DEFAULT (''),
  `record_id` text NOT NULL DEFAULT (''),
  `subject_id` text NOT NULL DEFAULT (''),
  `why` text NOT NULL DEFAULT (''),
  `hour` text NOT NULL,
  `previous` text NOT NULL,
  `hash` text NOT NULL,
  PRIMARY KEY (`id`)
);
-- Create index "audit_entries_number_key" to table: "audit_entries"
CREATE UNIQUE INDEX `audit_entries_number_key` ON `audit_entries` (`number`);
-- Create index "audit_read_once" to table: "audit_entries"
CREATE UNIQUE INDEX `audit_read_once` ON `audit_entries` (`actor_id`, `about_id`, `hour`) WHERE act = 'READ';
-- Create index "audit_about" to table: "audit_entries"
CREATE INDEX `audit_about` ON `audit_entries` (`about_id`, `number`);
-- Create index "audit_act" to table: "audit_entries"
CREATE INDEX `audit_act` ON `audit_entries` (`act`, `number`);
-- Create index "audit_time" to table: "audit_entries"
CREATE INDEX `audit_time` ON `audit_entries` (`created_at`, `number`);
-- The log only grows, at its end. REPLACE would drop a row without asking a trigger for DELETE: so what is there already is refused too.
CREATE TRIGGER audit_entries_grow BEFORE INSERT ON audit_entries
WHEN new.number IS NOT (SELECT COALESCE(MAX(number), 0) + 1 FROM audit_entries)
  OR EXISTS (SELECT 1 FROM audit_entries WHERE id = new.id)
  OR new.act = 'READ' AND EXISTS (SELECT 1 FROM audit_entries WHERE act = 'READ' AND actor_id = new.actor_id AND about_id = new.about_id AND hour = new.hour)
BEGIN SELECT RAISE(ABORT, 'the audit log only grows, at its end'); END;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit log only grows: nothing in it is changed'); END;
CREATE TRIGGER audit_entries_keep BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'the audit log only grows: nothing in it is deleted'); END;
