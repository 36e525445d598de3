package store

import (
	"context"
	"database/sql"
	"strings"
	"sync"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// gatedDriver is ent's SQLite driver with every write waiting at the gate before it takes a connection.
type gatedDriver struct {
	*entsql.Driver
	gate  *WriteGate
	ready *prepared
}

// Tx begins a transaction that may write.
func (d *gatedDriver) Tx(ctx context.Context) (dialect.Tx, error) { return d.BeginTx(ctx, nil) }

// BeginTx holds the gate until the transaction is over, unless it only reads.
func (d *gatedDriver) BeginTx(ctx context.Context, options *sql.TxOptions) (dialect.Tx, error) {
	if options != nil && options.ReadOnly {
		return d.Driver.BeginTx(ctx, options)
	}
	leave, err := d.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	tx, err := d.DB().BeginTx(ctx, options)
	if err != nil {
		leave()
		return nil, err
	}
	return &gatedTx{Tx: &entsql.Tx{Conn: entsql.Conn{ExecQuerier: tx}, Tx: tx}, leave: sync.OnceFunc(leave)}, nil
}

// Exec runs a statement outside a transaction.
func (d *gatedDriver) Exec(ctx context.Context, query string, args, v any) error {
	leave, err := d.gate.Enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return d.Driver.Exec(ctx, query, args, v)
}

// ExecContext is Exec for raw SQL (ent's feature sql/execquery).
func (d *gatedDriver) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	leave, err := d.gate.Enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	return d.Driver.ExecContext(ctx, query, args...)
}

// Query reads, or writes with RETURNING: then SQLite commits when the rows are closed, and the gate is held until then.
func (d *gatedDriver) Query(ctx context.Context, query string, args, v any) error {
	rows, ok := v.(*entsql.Rows)
	if !ok {
		return d.Driver.Query(ctx, query, args, v)
	}
	if values, ok := args.([]any); ok && !writes(query) {
		found, err := d.ready.query(ctx, query, values)
		rows.ColumnScanner = found
		return err
	}
	leave, err := d.gate.Enter(ctx)
	if err != nil {
		return err
	}
	if err := d.Driver.Query(ctx, query, args, v); err != nil {
		leave()
		return err
	}
	rows.ColumnScanner = gatedRows{rows.ColumnScanner, sync.OnceFunc(leave)}
	return nil
}

// writes tells whether a statement that gives rows also changes some. WITH … INSERT is not recognised: SQLite's own
// waiting covers it.
func writes(query string) bool {
	word, _, _ := strings.Cut(strings.TrimSpace(query), " ")
	switch strings.ToUpper(word) {
	case "INSERT", "UPDATE", "DELETE", "REPLACE":
		return true
	}
	return false
}

// gatedTx leaves the gate when it ends, however it ends.
type gatedTx struct {
	*entsql.Tx
	leave func()
}

func (t *gatedTx) Commit() error {
	defer t.leave()
	return t.Tx.Commit()
}

func (t *gatedTx) Rollback() error {
	defer t.leave()
	return t.Tx.Rollback()
}

type gatedRows struct {
	entsql.ColumnScanner
	leave func()
}

func (r gatedRows) Close() error {
	defer r.leave()
	return r.ColumnScanner.Close()
}
