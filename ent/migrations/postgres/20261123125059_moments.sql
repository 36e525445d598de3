-- Create index "change_moved_at_id" to table: "changes"
CREATE INDEX "change_moved_at_id" ON "changes" ("moved_at", "id");
-- Create index "verdictround_closed_at_id" to table: "verdict_rounds"
CREATE INDEX "verdictround_closed_at_id" ON "verdict_rounds" ("closed_at", "id");
