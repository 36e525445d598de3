package store_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"hearback/ent/store"
)

func TestWritersGoInTheOrderInWhichTheyCame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := store.NewWriteGate()
		leave, err := gate.Enter(t.Context())
		must(t, err)
		var order []int
		for i := range 10 {
			go func() {
				leave, err := gate.Enter(t.Context())
				if err != nil {
					t.Error(err)
					return
				}
				order = append(order, i) // one at a time: the race detector would tell
				leave()
			}()
			synctest.Wait() // i stands in the queue
		}
		leave()
		synctest.Wait()
		if want := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}; !slices.Equal(order, want) {
			t.Errorf("writers went in as %v", order)
		}
	})
}

func TestWriterWhoGivesUpHoldsNobodyBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := store.NewWriteGate()
		leave, err := gate.Enter(t.Context())
		must(t, err)
		ctx, giveUp := context.WithCancel(t.Context())
		refusals := make(chan error, 1)
		go func() { _, err := gate.Enter(ctx); refusals <- err }()
		synctest.Wait()
		giveUp()
		if err := <-refusals; !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up was told %v", err)
		}
		leave()
		leave, err = gate.Enter(t.Context())
		must(t, err)
		defer leave()
		if _, err := gate.Enter(t.Context()); err == nil || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a gate held for ever answered %v, want a sentence of its own", err)
		}
	})
}

func TestOpenGateLetsEverybodyIn(t *testing.T) {
	t.Parallel()
	var gate store.WriteGate
	for range 3 {
		_, err := gate.Enter(t.Context())
		must(t, err)
	}
}

// TestBusyNeverReachesAWriter counts up from many sides at once, in each way that ent writes, with no patience for SQLite's
// own waiting: any SQLITE_BUSY fails it.
func TestBusyNeverReachesAWriter(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite://"+filepath.Join(t.TempDir(), "hearback.db"), store.ThrowAway(), store.Patience(0))
	run(t, s, "CREATE TABLE counts (n INTEGER)")
	run(t, s, "INSERT INTO counts VALUES (0)")
	const each = 40
	writes := []func(context.Context, dialect.Driver) error{readThenWrite, writeReturning, writePlainly, writeRaw}
	var all sync.WaitGroup
	for range 3 {
		for _, write := range writes {
			all.Go(func() {
				for range each {
					if err := write(t.Context(), s.Driver()); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	all.Wait()
	var got int
	must(t, s.DB().QueryRowContext(t.Context(), "SELECT n FROM counts").Scan(&got))
	if want := 3 * len(writes) * each; got != want {
		t.Errorf("counted to %d, want %d: writes were lost", got, want)
	}
}

const countUp = "UPDATE counts SET n = n + 1"

func readThenWrite(ctx context.Context, driver dialect.Driver) error {
	tx, err := driver.Tx(ctx)
	if err != nil {
		return err
	}
	var rows entsql.Rows
	if err := tx.Query(ctx, "SELECT n FROM counts", []any{}, &rows); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	n, err := entsql.ScanInt(rows)
	if err := errors.Join(err, rows.Close()); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	if err := tx.Exec(ctx, "UPDATE counts SET n = ?", []any{n + 1}, nil); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func writeReturning(ctx context.Context, driver dialect.Driver) error {
	var rows entsql.Rows
	if err := driver.Query(ctx, countUp+" RETURNING n", []any{}, &rows); err != nil {
		return err
	}
	_, err := entsql.ScanInt(rows)
	return errors.Join(err, rows.Close())
}

func writePlainly(ctx context.Context, driver dialect.Driver) error {
	return driver.Exec(ctx, countUp, []any{}, nil)
}

func writeRaw(ctx context.Context, driver dialect.Driver) error {
	_, err := driver.(entsql.ExecQuerier).ExecContext(ctx, countUp)
	return err
}

func TestReadersDoNotWaitForTheWriter(t *testing.T) {
	t.Parallel()
	s := open(t, "sqlite://"+filepath.Join(t.TempDir(), "hearback.db"), store.ThrowAway())
	run(t, s, "CREATE TABLE words (said TEXT)")
	writer, err := s.Driver().Tx(t.Context())
	must(t, err)
	must(t, writer.Exec(t.Context(), "INSERT INTO words VALUES ('not yet')", []any{}, nil))

	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second) // shorter than the gate's own bound
	defer stop()
	driver := s.Driver().(interface {
		BeginTx(context.Context, *entsql.TxOptions) (dialect.Tx, error)
	})
	reader, err := driver.BeginTx(ctx, &entsql.TxOptions{ReadOnly: true})
	must(t, err)
	var rows entsql.Rows
	must(t, reader.Query(ctx, "SELECT count(*) FROM words", []any{}, &rows))
	if n, err := entsql.ScanInt(rows); err != nil || n != 0 {
		t.Errorf("a reader saw %d uncommitted rows, %v", n, err)
	}
	must(t, errors.Join(rows.Close(), reader.Commit(), writer.Rollback()))
	must(t, writePlainlyTo(t, s)) // the gate is free again
}

func writePlainlyTo(t *testing.T, s *store.Store) error {
	return s.Driver().Exec(t.Context(), "INSERT INTO words VALUES ('heard')", []any{}, nil)
}
