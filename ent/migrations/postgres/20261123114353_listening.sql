-- Create "tallies" table
CREATE TABLE "tallies" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "quarter" character varying NOT NULL,
  "place" character varying NOT NULL,
  "least" bigint NOT NULL,
  "figures" text NOT NULL,
  PRIMARY KEY ("id")
);
-- Create index "tally_place_quarter" to table: "tallies"
CREATE UNIQUE INDEX "tally_place_quarter" ON "tallies" ("place", "quarter");
-- Create index "tally_quarter" to table: "tallies"
CREATE INDEX "tally_quarter" ON "tallies" ("quarter");
