package migrations_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"hearback/ent/migrations"
)

// What was kept before a column came is there when it comes: answers and voices learn their place, and consents that a mother
// gave for her child say so.
func TestColumnsThatComeLaterAreFilled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, at place) {
		db := at.open(t)
		all, err := migrations.Files(at.dialect)
		must(t, err)
		_, err = (&migrations.Runner{DB: db, Dialect: at.dialect, Files: before(t, all, "20261123033147_response_place.sql")}).Up(t.Context())
		must(t, err)
		for _, row := range []string{
			"people (id, created_at) VALUES ('per_mum', @), ('per_kit', @)",
			"services (id, created_at, name, sort_name, kind, path) VALUES ('svc_ward', @, 'Ward 7', 'ward 7', 'WARD', '/svc_ward/')",
			"authorities (id, created_at, fingerprint, proxy_id, subject_id, basis, scope, reviewed_in) VALUES ('aut_kit', @, '', 'per_mum', 'per_kit', 'BEST_INTERESTS', 'SHARE', 24000)",
			"experiences (id, created_at, fingerprint, relationship, display_name, intention, feelings, state, author_id, service_id, authority_id) " +
				"VALUES ('exp_kit', @, '', 'PATIENT', 'Kit', 'TELL', '[]', 'PUBLISHED', 'per_kit', 'svc_ward', 'aut_kit'), ('exp_own', @, '', 'PATIENT', 'Kit', 'TELL', '[]', 'PUBLISHED', 'per_kit', 'svc_ward', NULL)",
			"responses (id, created_at, fingerprint, author_id, author_name, body, experience_id) VALUES ('rsp_one', @, '', 'per_mum', 'Sam', 'Thank you.', 'exp_kit')",
			"voices (id, created_at, fingerprint, author_id, relationship, display_name, state, experience_id) VALUES ('voi_one', @, '', 'per_mum', 'CARER', 'Mum', 'PUBLISHED', 'exp_kit')",
			"consents (id, created_at, person_id, purpose, text_id, experience_id) SELECT 'con_told', @, 'per_kit', 'PUBLISH', MIN(id), 'exp_kit' FROM consent_texts",
			"consents (id, created_at, person_id, purpose, text_id, experience_id) SELECT 'con_later', '2026-11-02 10:00:00', 'per_kit', 'THEME_ANALYSIS', MIN(id), 'exp_kit' FROM consent_texts",
			"consents (id, created_at, person_id, purpose, text_id, experience_id) SELECT 'con_own', @, 'per_kit', 'PUBLISH', MIN(id), 'exp_own' FROM consent_texts",
		} {
			exec(t, db, "INSERT INTO "+strings.ReplaceAll(row, "@", "'2026-11-01 10:00:00'"))
		}
		_, err = migrations.Up(t.Context(), db, at.dialect)
		must(t, err)
		for question, want := range map[string]int{
			"SELECT count(*) FROM responses WHERE service_id = 'svc_ward'":                                                1,
			"SELECT count(*) FROM voices WHERE service_id = 'svc_ward'":                                                   1,
			"SELECT count(*) FROM consents WHERE id = 'con_told' AND given_through_id = 'aut_kit'":                        1,
			"SELECT count(*) FROM consents WHERE id <> 'con_told' AND given_through_id IS NULL AND person_id = 'per_kit'": 2,
		} {
			if n := count(t, db, question); n != want {
				t.Errorf("%s: %d, want %d", question, n, want)
			}
		}
	})
}

// before are the files up to one that is left out.
func before(t *testing.T, all fs.FS, name string) fs.FS {
	t.Helper()
	names, err := fs.Glob(all, "*.sql")
	must(t, err)
	some := fstest.MapFS{}
	for _, n := range names {
		if n < name {
			text, err := fs.ReadFile(all, n)
			must(t, err)
			some[n] = &fstest.MapFile{Data: text}
		}
	}
	return some
}
