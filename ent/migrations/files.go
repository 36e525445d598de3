package migrations

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
)

// The ways in which files and database can disagree. Each error that wraps one of them says what to do.
var (
	ErrChanged    = errors.New("a file was changed after it was applied")
	ErrNewer      = errors.New("the database is newer than this program")
	ErrOutOfOrder = errors.New("a file is dated before one that was applied already")
)

// file is one migration, e.g. 20261122180000_init.sql.
type file struct {
	version string // its date, fourteen digits
	name    string
	text    string
	sum     string // SHA-256, line ends made equal, because git may have changed those on Windows
}

// read gives the files in the order of their dates.
func read(folder fs.FS) ([]file, error) {
	names, err := fs.Glob(folder, "*.sql") // sorted
	if err != nil {
		return nil, wrap("listing the files", err)
	}
	dated := regexp.MustCompile(`^(\d{14})_[a-z0-9_]+\.sql$`)
	var files []file
	for _, name := range names {
		parts := dated.FindStringSubmatch(name)
		if parts == nil {
			return nil, fmt.Errorf("migrations: %s is not named like 20261122180000_what_it_does.sql", name)
		}
		if last := len(files) - 1; last >= 0 && files[last].version == parts[1] {
			return nil, fmt.Errorf("migrations: %s and %s have the same date: give one a later one", files[last].name, name)
		}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, wrap("reading a file", err)
		}
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
		sum := sha256.Sum256(text)
		files = append(files, file{version: parts[1], name: name, text: string(text), sum: hex.EncodeToString(sum[:])})
	}
	return files, nil
}

// compare holds the files against what was applied.
func compare(files []file, notes map[string]note) error {
	known := map[string]file{}
	for _, f := range files {
		known[f.version] = f
	}
	newest := ""
	for _, version := range slices.Sorted(maps.Keys(notes)) {
		f, ok := known[version]
		switch {
		case !ok:
			return fmt.Errorf("%w: %s was applied to it and is not part of this program. Start the newer program, or restore a backup from before the upgrade", ErrNewer, notes[version].name)
		case f.sum != notes[version].sum:
			return fmt.Errorf("%w: %s. Put it back as it was (git checkout) and write the correction as a new file", ErrChanged, f.name)
		}
		newest = version
	}
	for _, f := range files {
		if _, applied := notes[f.version]; !applied && f.version < newest {
			return fmt.Errorf("%w: %s comes before %s. Give it a later date", ErrOutOfOrder, f.name, known[newest].name)
		}
	}
	return nil
}
