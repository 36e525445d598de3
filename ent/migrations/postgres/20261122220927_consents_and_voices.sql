-- Several people may be told the same of one experience: its author, and who speaks beside them.
DROP INDEX "step_experience_id_kind_about";
-- Create index "step_experience_id_kind_about_person_id" to table: "steps"
CREATE UNIQUE INDEX "step_experience_id_kind_about_person_id" ON "steps" ("experience_id", "kind", "about", "person_id");
-- Create "consent_texts" table
CREATE TABLE "consent_texts" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "purpose" character varying NOT NULL,
  "language" character varying NOT NULL,
  "version" bigint NOT NULL,
  "words" text NOT NULL,
  "author_id" character varying NULL,
  PRIMARY KEY ("id")
);
-- Create index "consenttext_created_at_id" to table: "consent_texts"
CREATE INDEX "consenttext_created_at_id" ON "consent_texts" ("created_at", "id");
-- Create index "consenttext_purpose_language_version" to table: "consent_texts"
CREATE UNIQUE INDEX "consenttext_purpose_language_version" ON "consent_texts" ("purpose", "language", "version");
-- Create "spent_ids" table
CREATE TABLE "spent_ids" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  PRIMARY KEY ("id")
);
-- Create "voices" table
CREATE TABLE "voices" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "fingerprint" character varying NOT NULL,
  "author_id" character varying NOT NULL,
  "relationship" character varying NOT NULL,
  "display_name" character varying NOT NULL,
  "story" text NOT NULL DEFAULT '',
  "state" character varying NOT NULL,
  "version" bigint NOT NULL DEFAULT 1,
  "reason" text NOT NULL DEFAULT '',
  "moderator_id" character varying NULL,
  "experience_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "voices_experiences_voices" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "voice_author_id_created_at_id" to table: "voices"
CREATE INDEX "voice_author_id_created_at_id" ON "voices" ("author_id", "created_at", "id");
-- Create index "voice_experience_id_created_at_id" to table: "voices"
CREATE INDEX "voice_experience_id_created_at_id" ON "voices" ("experience_id", "created_at", "id");
-- Create index "voice_queue" to table: "voices"
CREATE INDEX "voice_queue" ON "voices" ("created_at", "id") WHERE ((state)::text = 'IN_MODERATION'::text);
-- Create "consents" table
CREATE TABLE "consents" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "person_id" character varying NOT NULL,
  "purpose" character varying NOT NULL,
  "taken_back_at" timestamptz NULL,
  "text_id" character varying NOT NULL,
  "experience_id" character varying NOT NULL,
  "voice_id" character varying NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "consents_consent_texts_text" FOREIGN KEY ("text_id") REFERENCES "consent_texts" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "consents_experiences_consents" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION,
  CONSTRAINT "consents_voices_consents" FOREIGN KEY ("voice_id") REFERENCES "voices" ("id") ON UPDATE NO ACTION ON DELETE SET NULL
);
-- Create index "consent_experience_id_created_at_id" to table: "consents"
CREATE INDEX "consent_experience_id_created_at_id" ON "consents" ("experience_id", "created_at", "id");
-- Create index "consent_holds" to table: "consents"
CREATE UNIQUE INDEX "consent_holds" ON "consents" ("experience_id", "purpose") WHERE ((taken_back_at IS NULL) AND (voice_id IS NULL));
-- Create index "consent_holds_for_voice" to table: "consents"
CREATE UNIQUE INDEX "consent_holds_for_voice" ON "consents" ("voice_id", "purpose") WHERE ((taken_back_at IS NULL) AND (voice_id IS NOT NULL));
-- Create index "consent_voice_id_created_at_id" to table: "consents"
CREATE INDEX "consent_voice_id_created_at_id" ON "consents" ("voice_id", "created_at", "id") WHERE (voice_id IS NOT NULL);
-- Create "voice_invitations" table
CREATE TABLE "voice_invitations" (
  "id" character varying NOT NULL,
  "created_at" timestamptz NOT NULL,
  "code_hash" character varying NOT NULL,
  "invited_by_id" character varying NOT NULL,
  "expires_at" timestamptz NOT NULL,
  "used_at" timestamptz NULL,
  "experience_id" character varying NOT NULL,
  PRIMARY KEY ("id"),
  CONSTRAINT "voice_invitations_experiences_experience" FOREIGN KEY ("experience_id") REFERENCES "experiences" ("id") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- Create index "voice_invitations_code_hash_key" to table: "voice_invitations"
CREATE UNIQUE INDEX "voice_invitations_code_hash_key" ON "voice_invitations" ("code_hash");
-- Create index "voiceinvitation_experience_id_expires_at" to table: "voice_invitations"
CREATE INDEX "voiceinvitation_experience_id_expires_at" ON "voice_invitations" ("experience_id", "expires_at");
-- The first version of what people agree to, in plain words.
INSERT INTO "consent_texts" ("id", "created_at", "fingerprint", "purpose", "language", "version", "words") VALUES
  ('cst_01m808tx00f6f9xv553x1gsf43', '2026-11-22 00:00:00+00', '', 'PUBLISH', 'en', 1, 'Everybody may read my words, under the name that I chose for them. My real name is not shown. A moderator reads my words first. I can take this back at any time: then only I, the service and the moderators can read them.'),
  ('cst_01m808tx00e2rr1fbqj0ab8qzx', '2026-11-22 00:00:00+00', '', 'THEME_ANALYSIS', 'en', 1, 'The service may look for what my words have in common with what other people said, and may show which changes my words led to. I can take this back at any time: then others no longer see what my words led to.'),
  ('cst_01m808tx00fd5vzg0qtc8ywxyk', '2026-11-22 00:00:00+00', '', 'CONTACT_ABOUT_CHANGE', 'en', 1, 'You may tell me, here in Hearback, when somebody answers me and when my words lead to a change. I can take this back at any time: then you tell me no more news, but I can still look for myself.'),
  ('cst_01m808tx00e6mbafd80xwtpt4h', '2026-11-22 00:00:00+00', '', 'INVITE_TO_CODESIGN', 'en', 1, 'You may ask me whether I would like to plan a change together with staff and other people. I can say no each time you ask, and nobody will mind. I can take this back at any time: then you stop asking.'),
  ('cst_01m808tx00eeqbgqmb37s2jk1r', '2026-11-22 00:00:00+00', '', 'RECORD_INTERVIEW', 'en', 1, 'If I talk with somebody about what happened, you may record it in sound or on film. Only the people who work on this project hear or see it. I can stop at any time. If I take this back, nobody uses the recording any more.'),
  ('cst_01m808tx00fh6bv1xdynnyypr6', '2026-11-22 00:00:00+00', '', 'USE_CLIP', 'en', 1, 'You may show a short piece of my recording to patients, families and staff who want to make care better. I see each piece first and say yes or no to it. If I take this back, the piece is not shown any more.'),
  ('cst_01m808tx00f4199kzd7sfz28hb', '2026-11-22 00:00:00+00', '', 'RESEARCH_EXPORT', 'en', 1, 'Researchers may get my words, without my name, to learn how care can be better. They must keep them safe and must not try to find out who I am. If I take this back, my words are not given to anybody else; what somebody has already got cannot be called back.');
-- Who shared before people were asked wanted to be heard: they agreed to what sharing meant then. The ids are those of the experiences,
-- with another prefix and another last letter.
INSERT INTO "consents" ("id", "created_at", "purpose", "person_id", "experience_id", "text_id")
SELECT 'cns_' || substr(e."id", 5, 25) || p."letter", e."created_at", p."purpose", e."author_id", e."id", t."id"
FROM "experiences" AS e
CROSS JOIN (SELECT 'p' AS "letter", 'PUBLISH' AS "purpose" UNION ALL SELECT 't', 'THEME_ANALYSIS' UNION ALL SELECT 'c', 'CONTACT_ABOUT_CHANGE') AS p
JOIN "consent_texts" AS t ON t."purpose" = p."purpose";
-- The ids of links that were taken back, of which so far the step told.
INSERT INTO "spent_ids" ("id", "created_at")
SELECT "about", min("created_at") FROM "steps" WHERE "kind" = 'UNLINKED_FROM_CHANGE' GROUP BY "about";
