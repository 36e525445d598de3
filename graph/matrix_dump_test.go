package graph_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"entgo.io/ent/dialect"

	"hearback/ent/generated/ent/migrate"
)

// dump is what every table holds, as one number a table: the steps of people, versions and states are in it as the rows are. A
// table that nobody wrote to since the last dump is not read again.
func (w *world) dump(t testing.TB) map[string]string {
	t.Helper()
	if w.sums == nil {
		w.arm(t)
	}
	written, sums := w.written(t), map[string]string{}
	for _, table := range migrate.Tables {
		if sums[table.Name] = w.sums[table.Name]; sums[table.Name] == "" || written[table.Name] != w.seen[table.Name] {
			sums[table.Name] = w.sum(t, table.Name)
		}
	}
	w.sums, w.seen = sums, written
	return sums
}

// arm has the database itself note each write to a table, in the transaction of the write: one that is rolled back is no write.
func (w *world) arm(t testing.TB) {
	t.Helper()
	w.execute(t, "CREATE TABLE IF NOT EXISTS written (name TEXT NOT NULL)")
	postgres := w.db.Store.Dialect() == dialect.Postgres
	if postgres {
		w.execute(t, "CREATE OR REPLACE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO written VALUES (TG_TABLE_NAME); RETURN NULL; END'")
	}
	for _, table := range migrate.Tables {
		if postgres {
			w.execute(t, "CREATE OR REPLACE TRIGGER note_write AFTER INSERT OR UPDATE OR DELETE ON "+table.Name+" EXECUTE FUNCTION note_write()")
			continue
		}
		for _, act := range []string{"INSERT", "UPDATE", "DELETE"} {
			w.execute(t, fmt.Sprintf("CREATE TRIGGER IF NOT EXISTS note_%s_%[2]s AFTER %[1]s ON %[2]s BEGIN INSERT INTO written VALUES ('%[2]s'); END", act, table.Name))
		}
	}
}

func (w *world) execute(t testing.TB, statement string) {
	t.Helper()
	if _, err := w.db.Store.DB().ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}

// written is how often each table was written to.
func (w *world) written(t testing.TB) map[string]int {
	t.Helper()
	rows, err := w.db.Store.DB().QueryContext(t.Context(), "SELECT name, COUNT(*) FROM written GROUP BY name")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	times := map[string]int{}
	for rows.Next() {
		var name string
		var n int
		if err := rows.Scan(&name, &n); err != nil {
			t.Fatal(err)
		}
		times[name] = n
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return times
}

// changes names the tables that hold something else now.
func changes(before, now map[string]string) (changed []string) {
	for table, sum := range now {
		if sum != before[table] {
			changed = append(changed, table)
		}
	}
	slices.Sort(changed)
	return changed
}

func (w *world) sum(t testing.TB, table string) string {
	t.Helper()
	rows, err := w.db.Store.DB().QueryContext(t.Context(), "SELECT * FROM "+table+" ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	sum, row, places := sha256.New(), make([]any, len(columns)), make([]any, len(columns))
	for i := range row {
		places[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(sum, row...)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return string(sum.Sum(nil))
}
