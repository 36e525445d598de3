-- Create index "experience_inbox_everywhere" to table: "experiences"
CREATE INDEX "experience_inbox_everywhere" ON "experiences" ("published_at", "id") WHERE (((state)::text = 'PUBLISHED'::text) AND (answered_at IS NULL));
-- Create index "experience_queue_everywhere" to table: "experiences"
CREATE INDEX "experience_queue_everywhere" ON "experiences" ("created_at", "id") WHERE ((state)::text = 'IN_MODERATION'::text);
-- Create index "service_name_begins" to table: "services"
CREATE INDEX "service_name_begins" ON "services" ("sort_name" text_pattern_ops);
