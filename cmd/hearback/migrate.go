package main

import (
	"context"
	"fmt"

	"hearback/ent/migrations"
	"hearback/ent/store"
)

type migrateCmd struct {
	Up     migrateUpCmd     `cmd:"" help:"Apply what is missing."`
	Status migrateStatusCmd `cmd:"" help:"List what is applied and what is missing."`
}

type migrateUpCmd struct{ storeFlags }

// Run applies what is missing and names it.
func (c migrateUpCmd) Run(ctx context.Context, t terminal) error {
	s, err := store.Open(ctx, c.DatabaseURL)
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	applied, err := migrations.Up(ctx, s.DB(), s.Dialect())
	for _, name := range applied {
		fmt.Fprintln(t.Out, name)
	}
	return err
}

type migrateStatusCmd struct{ storeFlags }

// Run lists every migration with the time it was applied at.
func (c migrateStatusCmd) Run(ctx context.Context, t terminal) error {
	s, err := store.Open(ctx, c.DatabaseURL, store.Shared())
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	states, err := migrations.Status(ctx, s.DB(), s.Dialect())
	for _, state := range states {
		at := "missing"
		if !state.Applied.IsZero() {
			at = state.Applied.UTC().Format("2006-01-02 15:04:05")
		}
		fmt.Fprintf(t.Out, "%-20s %s\n", at, state.Name)
	}
	return err
}
