-- Modify "priorities" table
ALTER TABLE `priorities` ADD COLUMN `patient_hands` integer NOT NULL DEFAULT (0);
ALTER TABLE `priorities` ADD COLUMN `staff_hands` integer NOT NULL DEFAULT (0);
-- Modify "priority_rounds" table
ALTER TABLE `priority_rounds` ADD COLUMN `patient_hands` integer NOT NULL DEFAULT (0);
ALTER TABLE `priority_rounds` ADD COLUMN `staff_hands` integer NOT NULL DEFAULT (0);
