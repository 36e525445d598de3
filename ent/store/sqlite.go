package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strconv"

	"modernc.org/sqlite"
)

// sqliteConnections serve the readers; the writer is one of them. Measured: 8 are twice as fast as one and no slower than more.
const sqliteConnections = 8

// openSQLite takes the file for this process, opens it and makes sure that it can be written.
func openSQLite(ctx context.Context, where address, set settings) (*Store, error) {
	if err := prepareFile(where); err != nil {
		return nil, err
	}
	s := &Store{address: where, gate: NewWriteGate()}
	if !set.shared {
		lock, err := takeFile(where)
		if err != nil {
			return nil, err
		}
		s.lock = lock
	}
	if err := s.openFile(ctx, set); err != nil {
		return nil, errors.Join(explainSQLite(where, err), s.release())
	}
	return s, nil
}

func (s *Store) openFile(ctx context.Context, set settings) (err error) {
	path, err := filepath.Abs(s.address.path) // later connections open the same file wherever the process has gone
	if err != nil {
		return err
	}
	connector, err := sqlite.NewConnector(sqliteDSN(path, set))
	if err != nil {
		return err
	}
	s.db = sql.OpenDB(connector)
	s.db.SetMaxOpenConns(sqliteConnections)
	s.db.SetMaxIdleConns(sqliteConnections)
	if err := tryWriting(ctx, s.db); err != nil {
		return errors.Join(err, s.db.Close())
	}
	return nil
}

// sqliteDSN says how a file is opened. Transactions take the write lock at once, because a read lock that wants to become
// one fails whatever the timeout. Times are written in UTC so that text order is time order.
func sqliteDSN(path string, set settings) string {
	options := url.Values{
		"_fk": {"1"}, "_journal_mode": {"WAL"}, "_synchronous": {"FULL"}, "_txlock": {"immediate"},
		"_busy_timeout": {strconv.FormatInt(set.patience.Milliseconds(), 10)},
		"_time_format":  {"sqlite"}, "_timezone": {"UTC"},
	}
	if set.throwAway {
		options.Set("_synchronous", "OFF")
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath() + "?" + options.Encode()
}

// tryWriting takes the write lock and gives it back. A file that is no database, is locked or cannot be written shows it here.
func tryWriting(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return tx.Rollback()
}
