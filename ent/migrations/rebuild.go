package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
)

// runGuarded runs a file on SQLite and then looks for what a table's rebuild can quietly break: references that lead nowhere
// (they were not enforced meanwhile) and triggers that went with the old table.
func runGuarded(ctx context.Context, conn *sql.Conn, f file) error {
	before, err := triggers(ctx, conn)
	if err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, f.text); err != nil {
		return err
	}
	if err := checkReferences(ctx, conn); err != nil {
		return err
	}
	return checkTriggers(ctx, conn, f, before)
}

// checkReferences does once for all rows what foreign keys do for each.
func checkReferences(ctx context.Context, conn *sql.Conn) error {
	var table, parent string
	var row sql.NullInt64
	var key int
	err := conn.QueryRowContext(ctx, "PRAGMA foreign_key_check").Scan(&table, &row, &parent, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("checking the references: %w", err)
	}
	return fmt.Errorf("row %d of %s refers to a row of %s that is not there: the file must move or delete such rows", row.Int64, table, parent)
}

// triggers gives each trigger's table, by name.
func triggers(ctx context.Context, conn *sql.Conn) (map[string]string, error) {
	rows, err := conn.QueryContext(ctx, "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
	if err != nil {
		return nil, fmt.Errorf("listing the triggers: %w", err)
	}
	defer func() { _ = rows.Close() }()
	found := map[string]string{}
	for rows.Next() {
		var name, table string
		if err := rows.Scan(&name, &table); err != nil {
			return nil, fmt.Errorf("listing the triggers: %w", err)
		}
		found[name] = table
	}
	return found, rows.Err()
}

// checkTriggers finds triggers that vanished though their table is still there and the file does not drop them by name.
func checkTriggers(ctx context.Context, conn *sql.Conn, f file, before map[string]string) error {
	after, err := triggers(ctx, conn)
	if err != nil {
		return err
	}
	for name, table := range before {
		if _, kept := after[name]; kept || dropped(f, name) {
			continue
		}
		var tables int
		if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_master WHERE name = ?", table).Scan(&tables); err != nil {
			return fmt.Errorf("looking for table %s: %w", table, err)
		}
		if tables > 0 {
			return fmt.Errorf("the trigger %s went when its table %s was rebuilt: make it again at the end of the file", name, table)
		}
	}
	return nil
}

func dropped(f file, trigger string) bool {
	return regexp.MustCompile("(?i)DROP\\s+TRIGGER\\s+(IF\\s+EXISTS\\s+)?[\"`]?" + regexp.QuoteMeta(trigger) + "\\b").MatchString(f.text)
}
