-- The words of an experience, for looking them up (query.Words). Kept by the database itself.
ALTER TABLE "experiences" ADD COLUMN "search" tsvector GENERATED ALWAYS AS (
  to_tsvector('english', "story" || ' ' || "what_was_good" || ' ' || "could_be_better")
) STORED;
CREATE INDEX "experience_search" ON "experiences" USING gin ("search");
