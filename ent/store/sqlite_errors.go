package store

import (
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// explainSQLite turns SQLite's result code (https://sqlite.org/rescode.html) into a sentence.
func explainSQLite(where address, err error) *Error {
	e := &Error{Store: where.describe(), Cause: err}
	switch resultCode(err) {
	case sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT:
		e.Kind, e.Problem = NotADatabase, "is not a SQLite database, or it is damaged"
		e.Remedy = "Look at it with: file " + where.path + "; if it was a store once, restore your newest backup, else name another file in DATABASE_URL"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		e.Kind, e.Problem = Locked, "is kept locked by another program"
		e.Remedy = "Close what has it open (a database browser, a backup; on Linux this shows it: fuser -v " + where.path + ") and start again"
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		e.Kind, e.Problem = ReadOnly, "cannot be written"
		e.Remedy = "This user needs the right to write the file, its -wal and -shm neighbours and the folder: ls -la " + where.folder()
	case sqlite3.SQLITE_FULL:
		e.Kind, e.Problem, e.Remedy = Unusable, "has no room left on its disk", "Free some room (df -h "+where.folder()+") and start again"
	default:
		e.Kind, e.Problem = Unusable, fmt.Sprintf("cannot be opened (%v)", err)
		e.Remedy = "Give another place: DATABASE_URL=sqlite://./data/hearback.db"
	}
	return e
}

// resultCode is SQLite's primary result code, without the detail in the upper bytes; 0 for an error of another kind.
func resultCode(err error) int {
	var failure *sqlite.Error
	if errors.As(err, &failure) {
		return failure.Code() & 0xff
	}
	return 0
}
