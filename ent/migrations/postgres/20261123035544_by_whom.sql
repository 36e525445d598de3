-- Create index "appeal_author_id" to table: "appeals"
CREATE INDEX "appeal_author_id" ON "appeals" ("author_id");
-- Create index "audit_of_whom" to table: "audit_entries"
CREATE INDEX "audit_of_whom" ON "audit_entries" ("subject_id");
-- Create index "change_proposed_by_id" to table: "changes"
CREATE INDEX "change_proposed_by_id" ON "changes" ("proposed_by_id");
-- Create index "origin_linked_by_id" to table: "origins"
CREATE INDEX "origin_linked_by_id" ON "origins" ("linked_by_id");
-- Create index "progress_author_id" to table: "progress"
CREATE INDEX "progress_author_id" ON "progress" ("author_id");
-- Create index "verdictround_closed_by_id" to table: "verdict_rounds"
CREATE INDEX "verdictround_closed_by_id" ON "verdict_rounds" ("closed_by_id");
-- Create index "verdictround_opened_by_id" to table: "verdict_rounds"
CREATE INDEX "verdictround_opened_by_id" ON "verdict_rounds" ("opened_by_id");
