package auth

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// keyFile is the path of a private JWK Set that several servers may share.
type keyFile string

// read returns the keys in the file, or fs.ErrNotExist.
func (f keyFile) read() ([]key, error) {
	file, err := os.Open(string(f))
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	data, err := private(file)
	if err != nil {
		return nil, err
	}
	keys, err := decodeKeys(data)
	if err != nil {
		return nil, fmt.Errorf("the key file %s: %w", f, err)
	}
	return keys, nil
}

// private reads a file that not everybody on the machine may open. A group may, since some
// orchestrators add group rights to whole volumes.
func private(file *os.File) ([]byte, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if os.PathSeparator == '/' && info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("the key file %[1]s is open to every user of this machine; run: chmod 600 %[1]s", file.Name())
	}
	return io.ReadAll(io.LimitReader(file, 1<<20))
}

// readOrCreate returns the keys in the file. When there is none it makes one with a new key; of several
// servers that start together one makes it and all use it.
func (f keyFile) readOrCreate() ([]key, error) {
	keys, err := f.read()
	if !errors.Is(err, fs.ErrNotExist) {
		return keys, err
	}
	if err := os.MkdirAll(filepath.Dir(string(f)), 0o700); err != nil {
		return nil, err
	}
	return f.change(func(keys []key) ([]key, error) {
		if len(keys) > 0 {
			return keys, nil
		}
		fresh, err := newKey(nil)
		return []key{fresh}, err
	})
}

// change reads, edits and writes the file while every other process that wants to change it waits.
// The edit sees no keys when there is no file.
func (f keyFile) change(edit func([]key) ([]key, error)) ([]key, error) {
	lock := flock.New(string(f)+".lock", flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return nil, fmt.Errorf("locking the key file: %w", err)
	}
	defer func() { _ = lock.Unlock() }() // closing the file unlocks it in any case
	keys, err := f.read()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if keys, err = edit(keys); err != nil {
		return nil, err
	}
	return keys, f.write(keys)
}

// write replaces the file in one step: a reader sees the old set or the new one, also after a power cut.
func (f keyFile) write(keys []key) error {
	data, err := encodeKeys(keys)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(string(f)), ".keys-*") // mode 0600
	if err != nil {
		return fmt.Errorf("writing the key file: %w", err)
	}
	defer func() { _ = os.Remove(temp.Name()) }() // gone already when it was renamed
	_, err = temp.Write(append(data, '\n'))
	if err = errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return fmt.Errorf("writing the key file: %w", err)
	}
	if err := os.Rename(temp.Name(), string(f)); err != nil {
		return fmt.Errorf("writing the key file: %w", err)
	}
	return syncFolder(filepath.Dir(string(f)))
}

// syncFolder makes the rename last. Where folders cannot be synced the rename is all there is.
func syncFolder(name string) error {
	folder, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = folder.Close() }()
	if err := folder.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && os.PathSeparator == '/' {
		return fmt.Errorf("syncing the folder of the key file: %w", err)
	}
	return nil
}
