-- Modify "consents" table
ALTER TABLE "consents" ADD COLUMN "given_through_id" character varying NULL, ADD COLUMN "taken_back_through_id" character varying NULL;
-- What was agreed to as somebody else told the words was agreed to by them.
UPDATE "consents" SET "given_through_id" = "experiences"."authority_id" FROM "experiences" WHERE "experiences"."id" = "consents"."experience_id" AND "experiences"."created_at" = "consents"."created_at" AND "consents"."voice_id" IS NULL;
-- Modify "voices" table
ALTER TABLE "voices" ADD COLUMN "service_id" character varying NOT NULL DEFAULT '';
-- A voice stands where its experience happened.
UPDATE "voices" SET "service_id" = "experiences"."service_id" FROM "experiences" WHERE "experiences"."id" = "voices"."experience_id";
-- Create index "voice_queue_of_place" to table: "voices"
CREATE INDEX "voice_queue_of_place" ON "voices" ("service_id", "created_at", "id") WHERE ((state)::text = 'IN_MODERATION'::text);
-- Create index "voice_signalled" to table: "voices"
CREATE INDEX "voice_signalled" ON "voices" ("created_at", "id") WHERE (((state)::text = 'IN_MODERATION'::text) AND ((signals)::text <> ''::text));
