package main

import (
	"context"
	"strings"
	"testing"

	"hearback/ent/dbtest"
	"hearback/ent/store"
)

// Whoever looks after an installation notes the head of the log elsewhere, and holds the log against it later.
func TestAuditVerifyAndHead(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		at := []string{"--database-url", url}
		keys := append(at, "--jwt-keys-file", t.TempDir()+"/keys.json")
		wants(t, done, "0:"+strings.Repeat("0", 64), "", append([]string{"audit", "head"}, at...)...)
		for range 3 {
			if code, _, said := spoken(t, append([]string{"token", "create", "--as", "moderator"}, keys...)...); code != done {
				t.Fatal(said)
			}
		}
		_, head, _ := spoken(t, append([]string{"audit", "head"}, at...)...)
		head = strings.TrimSpace(head)
		wants(t, done, head, "The audit log is whole: 3 entries.", append([]string{"audit", "verify"}, at...)...)
		wants(t, done, head, "The audit log is whole: 3 entries.", append([]string{"audit", "verify", "--head", head}, at...)...)
		wants(t, usage, "", "a head looks like 12:9f86d0", append([]string{"audit", "verify", "--head", "3"}, at...)...)
		cutOff(t, url)
		wants(t, done, "2:", "The audit log is whole: 2 entries.", append([]string{"audit", "verify"}, at...)...)
		wants(t, failed, "", "the audit log is broken at number 3 (short)", append([]string{"audit", "verify", "--head", head}, at...)...)
	})
}

// wants runs the program and looks at what it says; out is how the data begins.
func wants(t *testing.T, code int, out, said string, words ...string) {
	t.Helper()
	if c, o, s := spoken(t, words...); c != code || !strings.HasPrefix(o, out) || out == "" && o != "" || !strings.Contains(s, said) {
		t.Errorf("%v: %d, %q, %q", words[:2], c, o, s)
	}
}

// cutOff takes the last entry away, as somebody who owns the database can.
func cutOff(t *testing.T, url string) {
	t.Helper()
	s, err := store.Open(context.Background(), url, store.Shared())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	on := map[bool]string{true: " ON audit_entries"}[s.Dialect() == "postgres"]
	for _, query := range []string{"DROP TRIGGER audit_entries_keep" + on, "DROP TRIGGER audit_entries_stay" + on, "DELETE FROM audit_entries WHERE number = 3"} {
		if _, err := s.DB().Exec(query); err != nil {
			t.Fatal(err)
		}
	}
}
