package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/gofrs/flock"
)

// A file of patients' words is for its owner alone. SQLite gives -wal and -shm the rights of the file itself.
const (
	folderMode fs.FileMode = 0o700
	fileMode   fs.FileMode = 0o600
)

// prepareFile makes the folder and an empty file where they are missing, and refuses what is marked as not for writing:
// root could write it all the same, but somebody meant the mark.
func prepareFile(where address) error {
	if err := os.MkdirAll(where.folder(), folderMode); err != nil {
		return explainFile(where, where.folder(), err)
	}
	if err := refuseMarked(where, where.folder()); err != nil {
		return err
	}
	file, err := os.OpenFile(where.path, os.O_RDONLY|os.O_CREATE, fileMode)
	if err != nil {
		return explainFile(where, where.path, err)
	}
	if err := file.Close(); err != nil {
		return explainFile(where, where.path, err)
	}
	return refuseMarked(where, where.path)
}

func refuseMarked(where address, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return explainFile(where, path, err)
	}
	if info.Mode()&0o222 == 0 {
		return explainFile(where, path, fs.ErrPermission)
	}
	return nil
}

// explainFile turns the system's error about a file or its folder into a sentence.
func explainFile(where address, path string, err error) *Error {
	e := &Error{Kind: Unusable, Store: where.describe(), Cause: err}
	switch {
	case errors.Is(err, fs.ErrPermission):
		e.Kind, e.Problem = ReadOnly, "cannot be written, because "+path+" is not for this user to read and write"
		e.Remedy = "Type chmod u+rw " + path + " as its owner (SQLite keeps two more files beside its own), or give another place in DATABASE_URL"
	case errors.Is(err, syscall.EROFS):
		e.Kind, e.Problem = ReadOnly, "cannot be written, because "+path+" is on a disk that is mounted read-only"
		e.Remedy = "Give a place that can be written, e.g. DATABASE_URL=sqlite:///var/lib/hearback/hearback.db"
	case errors.Is(err, syscall.EISDIR):
		e.Problem, e.Remedy = "is a folder", "Name a file in it: DATABASE_URL=sqlite://"+strings.TrimSuffix(where.path, "/")+"/hearback.db"
	default:
		e.Problem, e.Remedy = fmt.Sprintf("cannot be made or opened (%v)", err), "Give another place: DATABASE_URL=sqlite://./data/hearback.db"
	}
	return e
}

// takeFile locks the file's neighbour, hearback.db.lock, for the life of the store, and writes the process's number into it.
// The system gives the lock back when the process ends, however it ends; the file stays. A symbolic link is followed first:
// the database behind it is one, whatever it is called.
func takeFile(where address) (*flock.Flock, error) {
	path, err := filepath.EvalSymlinks(where.path)
	if err != nil {
		return nil, explainFile(where, where.path, err)
	}
	path += ".lock"
	lock := flock.New(path, flock.SetPermissions(fileMode))
	taken, err := lock.TryLock()
	if err != nil {
		return nil, explainFile(where, path, err)
	}
	if !taken {
		return nil, inUse(where, path)
	}
	_ = os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())+"\n"), fileMode) // only a help for whoever is refused
	return lock, nil
}

func inUse(where address, lock string) *Error {
	who := "another Hearback process"
	if number, err := os.ReadFile(lock); err == nil && len(number) > 0 {
		who += " (number " + strings.TrimSpace(string(number)) + ")"
	}
	return &Error{
		Kind: InUse, Store: where.describe(), Problem: "is in use by " + who + ", and one file serves one process",
		Remedy: "Stop that process first, give this one another file in DATABASE_URL, or move to PostgreSQL to run several",
	}
}
