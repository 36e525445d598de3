-- Create "tallies" table
CREATE TABLE `tallies` (
  `id` text NOT NULL,
  `created_at` datetime NOT NULL,
  `quarter` text NOT NULL,
  `place` text NOT NULL,
  `least` integer NOT NULL,
  `figures` text NOT NULL,
  PRIMARY KEY (`id`)
);
-- Create index "tally_place_quarter" to table: "tallies"
CREATE UNIQUE INDEX `tally_place_quarter` ON `tallies` (`place`, `quarter`);
-- Create index "tally_quarter" to table: "tallies"
CREATE INDEX `tally_quarter` ON `tallies` (`quarter`);
