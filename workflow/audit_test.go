package workflow_test

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"entgo.io/ent/dialect"

	"hearback/auth"
	"hearback/ent/dbtest"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/rule"
	"hearback/workflow"
)

// appointing is a flow with keys, on which people are given roles: each is an entry of the log.
func appointing(t *testing.T, db *dbtest.DB, people int) *workflow.Flow {
	t.Helper()
	set, err := auth.GenerateKeySet(nil)
	must(t, err)
	keys, err := auth.ParseKeyring(set, func() time.Time { return thatDay })
	must(t, err)
	f := flowOn(db)
	f.Tokens = auth.Tokens{Keys: keys, Issuer: "hearback", Audience: "hearback", Now: f.Now}
	for range people {
		_, err := f.Appoint(t.Context(), auth.Moderator, "", "Mo", "", auth.SessionScopes())
		must(t, err)
	}
	return f
}

// everyEntry reads the log as the system.
func everyEntry(t *testing.T, db *dbtest.DB) []*ent.AuditEntry {
	t.Helper()
	entries, err := db.Client.AuditEntry.Query().Order(auditentry.ByNumber()).All(rule.AsSystem(t.Context(), "a test looks"))
	must(t, err)
	return entries
}

// statement runs SQL past everything that this program knows.
func statement(t *testing.T, db *dbtest.DB, query string, args ...any) {
	t.Helper()
	if db.Store.Dialect() == dialect.Postgres {
		for i := range args {
			query = strings.Replace(query, "?", "$"+strconv.Itoa(i+1), 1)
		}
	}
	_, err := db.Store.DB().ExecContext(t.Context(), query, args...)
	must(t, err)
}

// unguarded takes the triggers off the log, as somebody who owns the database can.
func unguarded(t *testing.T, db *dbtest.DB) {
	t.Helper()
	on := map[string]string{dialect.SQLite: "", dialect.Postgres: " ON audit_entries"}[db.Store.Dialect()]
	triggers := map[string][]string{dialect.SQLite: {"grow", "stay", "keep"}, dialect.Postgres: {"stay", "keep"}}[db.Store.Dialect()]
	for _, name := range triggers {
		statement(t, db, "DROP TRIGGER audit_entries_"+name+on)
	}
}

// sealOf is the hash of an entry as docs/decisions/0018-audit.md describes it, written down a second time.
func sealOf(e *ent.AuditEntry) string {
	h := sha256.New()
	h.Write([]byte{1})
	for _, field := range []any{e.Previous, e.Number, e.ID, e.CreatedAt.UnixMicro(), e.Hour, e.Act, e.ActorID, e.Role, e.PlaceID, e.AboutID, e.RecordID, e.SubjectID, e.Why} {
		text := fmt.Sprint(field)
		var length [4]byte
		binary.BigEndian.PutUint32(length[:], uint32(len(text)))
		h.Write(length[:])
		h.Write([]byte(text))
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

// Whoever owns the database can take the triggers away. The chain tells.
func TestAuditLogTellsWhatWasDoneToIt(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT TESTED with -short: it tampers with the log in every way, one after the other")
	}
	t.Parallel()
	for name, tamper := range map[string]struct {
		do     func(t *testing.T, db *dbtest.DB, log []*ent.AuditEntry)
		number int
		fault  workflow.Fault
		noted  bool // only a head that was noted elsewhere tells
	}{
		"ChangedField": {number: 3, fault: workflow.Hash, do: func(t *testing.T, db *dbtest.DB, _ []*ent.AuditEntry) {
			statement(t, db, "UPDATE audit_entries SET why = 'STAFF' WHERE number = 3")
		}},
		"ChangedTime": {number: 3, fault: workflow.Hash, do: func(t *testing.T, db *dbtest.DB, _ []*ent.AuditEntry) {
			statement(t, db, "UPDATE audit_entries SET created_at = '2026-05-20 09:31:00+00:00' WHERE number = 3")
		}},
		"ChangedActor": {number: 1, fault: workflow.Hash, do: func(t *testing.T, db *dbtest.DB, _ []*ent.AuditEntry) {
			statement(t, db, "UPDATE audit_entries SET actor_id = 'per_0' WHERE number = 1")
		}},
		"ChangedHash": {number: 2, fault: workflow.Hash, do: func(t *testing.T, db *dbtest.DB, log []*ent.AuditEntry) {
			statement(t, db, "UPDATE audit_entries SET hash = ? WHERE number = 2", log[3].Hash)
		}},
		"ChangedWithItsHash": {number: 4, fault: workflow.Order, do: func(t *testing.T, db *dbtest.DB, log []*ent.AuditEntry) {
			log[2].Why = "STAFF"
			statement(t, db, "UPDATE audit_entries SET why = 'STAFF', hash = ? WHERE number = 3", sealOf(log[2]))
		}},
		"DroppedInTheMiddle": {number: 3, fault: workflow.Gap, do: func(t *testing.T, db *dbtest.DB, _ []*ent.AuditEntry) {
			statement(t, db, "DELETE FROM audit_entries WHERE number = 3")
		}},
		"DroppedTheFirst": {number: 1, fault: workflow.Gap, do: func(t *testing.T, db *dbtest.DB, _ []*ent.AuditEntry) {
			statement(t, db, "DELETE FROM audit_entries WHERE number = 1")
		}},
		"DroppedAndCountedAnew": {number: 3, fault: workflow.Hash, do: func(t *testing.T, db *dbtest.DB, _ []*ent.AuditEntry) {
			statement(t, db, "DELETE FROM audit_entries WHERE number = 3")
			for n := 4; n <= 6; n++ {
				statement(t, db, "UPDATE audit_entries SET number = ? WHERE number = ?", n-1, n)
			}
		}},
		"DroppedAndCountedAnewWithHashes": {number: 3, fault: workflow.Order, do: func(t *testing.T, db *dbtest.DB, log []*ent.AuditEntry) {
			statement(t, db, "DELETE FROM audit_entries WHERE number = 3")
			for _, e := range log[3:] {
				e.Number--
				statement(t, db, "UPDATE audit_entries SET number = ?, hash = ? WHERE number = ?", e.Number, sealOf(e), e.Number+1)
			}
		}},
		"Swapped": {number: 2, fault: workflow.Hash, do: func(t *testing.T, db *dbtest.DB, _ []*ent.AuditEntry) {
			for _, move := range [][2]int{{2, 99}, {5, 2}, {99, 5}} {
				statement(t, db, "UPDATE audit_entries SET number = ? WHERE number = ?", move[1], move[0])
			}
		}},
		"SwappedWithHashes": {number: 2, fault: workflow.Order, do: func(t *testing.T, db *dbtest.DB, log []*ent.AuditEntry) {
			log[1].Number, log[4].Number = 5, 2
			for i, move := range [][2]int{{2, 99}, {5, 2}, {99, 5}} {
				statement(t, db, "UPDATE audit_entries SET number = ?, hash = ? WHERE number = ?", move[1], sealOf(log[[]int{1, 4, 1}[i]]), move[0])
			}
		}},
		"PutIn": {number: 4, fault: workflow.Hash, do: func(t *testing.T, db *dbtest.DB, log []*ent.AuditEntry) {
			for n := 6; n > 3; n-- {
				statement(t, db, "UPDATE audit_entries SET number = ? WHERE number = ?", n+1, n)
			}
			put(t, db, log[2], 4)
		}},
		"PutInASecondTime": {number: 3, fault: workflow.Order, do: func(t *testing.T, db *dbtest.DB, log []*ent.AuditEntry) {
			statement(t, db, "DROP INDEX audit_entries_number_key")
			put(t, db, log[2], 3)
		}},
		"PutBeforeTheFirst": {number: 0, fault: workflow.Order, do: func(t *testing.T, db *dbtest.DB, log []*ent.AuditEntry) {
			put(t, db, log[0], 0)
		}},
		"LastCutOff": {number: 6, fault: workflow.Short, noted: true, do: func(t *testing.T, db *dbtest.DB, _ []*ent.AuditEntry) {
			statement(t, db, "DELETE FROM audit_entries WHERE number = 6")
		}},
		"AllCutOff": {number: 1, fault: workflow.Short, noted: true, do: func(t *testing.T, db *dbtest.DB, _ []*ent.AuditEntry) {
			statement(t, db, "DELETE FROM audit_entries")
		}},
		"LastChangedWithItsHash": {number: 6, fault: workflow.Short, noted: true, do: func(t *testing.T, db *dbtest.DB, log []*ent.AuditEntry) {
			log[5].Why = "STAFF"
			statement(t, db, "UPDATE audit_entries SET why = 'STAFF', hash = ? WHERE number = 6", sealOf(log[5]))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
				f := appointing(t, db, 6)
				head, err := f.AuditVerify(t.Context(), nil)
				must(t, err)
				log := everyEntry(t, db)
				unguarded(t, db)
				tamper.do(t, db, log)
				_, alone := f.AuditVerify(t.Context(), nil)
				if tamper.noted != (alone == nil) {
					t.Errorf("without a head it is said: %v", alone)
				}
				_, err = f.AuditVerify(t.Context(), &head)
				var broken *workflow.Broken
				if !errors.As(err, &broken) || broken.Number != tamper.number || broken.Fault != tamper.fault {
					t.Errorf("it is said: %v", err)
				}
			})
		})
	}
}

// put inserts a copy of an entry under another number.
func put(t *testing.T, db *dbtest.DB, e *ent.AuditEntry, number int) {
	t.Helper()
	statement(t, db, "INSERT INTO audit_entries (id, created_at, number, act, role, hour, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		"aud_z", e.CreatedAt, number, string(e.Act), string(e.Role), e.Hour, e.Previous, e.Hash)
}

// Neither the program nor somebody who forgets themselves at the console changes what was written.
func TestAuditLogOnlyGrows(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		f := appointing(t, db, 3)
		for _, query := range []string{
			"UPDATE audit_entries SET why = 'STAFF'", "UPDATE audit_entries SET number = 9 WHERE number = 3", "DELETE FROM audit_entries", "DELETE FROM audit_entries WHERE number = 3",
			map[string]string{
				dialect.SQLite:   "REPLACE INTO audit_entries SELECT * FROM audit_entries WHERE number = 2",
				dialect.Postgres: "TRUNCATE audit_entries",
			}[db.Store.Dialect()],
		} {
			if _, err := db.Store.DB().ExecContext(t.Context(), query); err == nil || !strings.Contains(err.Error(), "the audit log only grows") {
				t.Errorf("%s: %v", query, err)
			}
		}
		ctx := rule.AsSystem(t.Context(), "not even the system may")
		if _, err := db.Client.AuditEntry.Delete().Exec(ctx); !errors.Is(err, privacy.Deny) {
			t.Errorf("the system deletes: %v", err)
		}
		if _, err := db.Client.AuditEntry.Update().Save(ctx); !errors.Is(err, privacy.Deny) {
			t.Errorf("the system changes: %v", err)
		}
		if head, err := f.AuditVerify(t.Context(), nil); err != nil || head.Number != 3 {
			t.Errorf("afterwards it is %v, %v", head, err)
		}
	})
}

// Many who act at once wait for each other at the end of the log, and no number is missing or given twice.
func TestAuditLogOfManyAtOnce(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		f := appointing(t, db, 0)
		if head, err := f.AuditHead(t.Context()); err != nil || head.Number != 0 {
			t.Errorf("an empty log ends at %v, %v", head, err)
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 5 {
					if _, err := f.Appoint(t.Context(), auth.Staff, "", "Sam", "", auth.SessionScopes()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		head, err := f.AuditVerify(t.Context(), nil)
		if err != nil || head.Number != 40 {
			t.Errorf("the log is %v, %v", head, err)
		}
		if now, err := f.AuditHead(t.Context()); err != nil || now != head {
			t.Errorf("its head is %v, %v, and it ends at %v", now, err, head)
		}
	})
}

// An act that is taken back leaves no line, and no gap.
func TestAuditLogForgetsWhatDidNotHappen(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, db *dbtest.DB) {
		f := appointing(t, db, 1)
		if _, err := f.Appoint(t.Context(), auth.Staff, "nowhere", "Sam", "", auth.SessionScopes()); err == nil {
			t.Error("somebody has a role nowhere")
		}
		_, err := f.Appoint(t.Context(), auth.Staff, "", "Sam", "", auth.SessionScopes())
		must(t, err)
		if head, err := f.AuditVerify(t.Context(), nil); err != nil || head.Number != 2 {
			t.Errorf("the log is %v, %v", head, err)
		}
	})
}
