package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/migrations"
	"hearback/ent/store"
	"hearback/internal/pubsub"
	"hearback/workflow"
)

// importStore is the store that an import goes into, or that a dry run looks at.
type importStore struct {
	*store.Store
	scratch string // a folder to remove: a dry run without a store
}

// openImportStore opens the store and brings it to its shape. A dry run changes nothing: it works beside a running server,
// and where there is no store yet it makes none.
func openImportStore(ctx context.Context, f importFlags) (*importStore, error) {
	if !f.DryRun {
		s, err := store.Open(ctx, f.DatabaseURL)
		return shaped(ctx, s, "", err)
	}
	if path, ok := strings.CutPrefix(f.DatabaseURL, "sqlite://"); ok {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return openScratch(ctx)
		}
	}
	s, err := store.Open(ctx, f.DatabaseURL, store.Shared())
	if err != nil {
		return nil, err
	}
	if err := complete(ctx, s); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return &importStore{Store: s}, nil
}

// openScratch makes an empty store that nobody will see.
func openScratch(ctx context.Context) (*importStore, error) {
	folder, err := os.MkdirTemp("", "hearback-dry-run-")
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, "sqlite://"+filepath.Join(folder, "empty.db"), store.ThrowAway())
	return shaped(ctx, s, folder, err)
}

func shaped(ctx context.Context, s *store.Store, scratch string, err error) (*importStore, error) {
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(scratch))
	}
	st := &importStore{s, scratch}
	if _, err := migrations.Up(ctx, s.DB(), s.Dialect()); err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return st, nil
}

// complete refuses a store that is not in its shape, as a dry run may not bring it there.
func complete(ctx context.Context, s *store.Store) error {
	states, err := migrations.Status(ctx, s.DB(), s.Dialect())
	if err != nil {
		return err
	}
	for _, state := range states {
		if state.Applied.IsZero() {
			return fmt.Errorf("%s does not have the shape that this program needs, and a dry run changes nothing. Type first: hearback migrate up", s.Describe())
		}
	}
	return nil
}

// Describe names the store for the report.
func (s *importStore) Describe() string {
	if s.scratch != "" {
		return "a new store"
	}
	return s.Store.Describe()
}

// flow does the verbs of an import. It tells nobody of anything live: what it brings is old news.
func (s *importStore) flow() *workflow.Flow {
	return &workflow.Flow{DB: ent.NewClient(ent.Driver(s.Driver())), Dialect: s.Dialect(), Broker: pubsub.NewLocal(), Now: time.Now}
}

// Close closes the store, and removes one that was for a dry run only.
func (s *importStore) Close() error {
	err := s.Store.Close()
	if s.scratch != "" {
		err = errors.Join(err, os.RemoveAll(s.scratch))
	}
	return err
}
