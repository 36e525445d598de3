-- Modify "priorities" table
ALTER TABLE "priorities" ADD COLUMN "patient_hands" bigint NOT NULL DEFAULT 0, ADD COLUMN "staff_hands" bigint NOT NULL DEFAULT 0;
-- Modify "priority_rounds" table
ALTER TABLE "priority_rounds" ADD COLUMN "patient_hands" bigint NOT NULL DEFAULT 0, ADD COLUMN "staff_hands" bigint NOT NULL DEFAULT 0;
