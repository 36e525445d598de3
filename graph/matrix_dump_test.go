package graph_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"

	"hearback/ent/generated/ent/migrate"
)

// dump is what every table holds, as one number a table: the steps of people, versions and states are in it as the rows are.
func (w *world) dump(t testing.TB) map[string]string {
	t.Helper()
	sums := map[string]string{}
	for _, table := range migrate.Tables {
		sums[table.Name] = w.sum(t, table.Name)
	}
	return sums
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
