package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"

	"hearback/ent/store"
	"hearback/internal/mail"
	"hearback/internal/playground"
)

// visit is how long the ready tokens of the demonstration work; others live ten minutes.
const visit = 12 * time.Hour

type demoCmd struct {
	listenFlags
	JSON bool `help:"Print one line of JSON with the address and the tokens when it is ready."`
}

// Run opens a store that nobody will miss, lets half a year happen in it, serves it as serve does, and leaves nothing behind.
func (c demoCmd) Run(ctx context.Context, t terminal) (err error) {
	socket, base, err := c.bind()
	if err != nil {
		return err
	}
	defer func() { _ = socket.Close() }()
	folder, err := os.MkdirTemp("", "hearback-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	h, err := openDemo(ctx, folder, t)
	if err != nil {
		return errors.Join(err, ctx.Err()) // to be stopped while getting ready is no failure
	}
	people, err := h.rehearse(ctx, time.Now())
	if err == nil {
		err = c.announce(t, h, base, people)
	}
	if err != nil {
		return errors.Join(err, ctx.Err(), h.close())
	}
	rest := h.work(ctx, c.logger(t))
	err = h.serve(ctx, socket, c.listenFlags, base, c.logger(t), demonstration{people})
	rest()
	return errors.Join(err, h.close())
}

func openDemo(ctx context.Context, folder string, t terminal) (*house, error) {
	s := storeFlags{DatabaseURL: "sqlite://" + filepath.Join(folder, "demo.db")}
	k := keyFlags{JWTKeysFile: filepath.Join(folder, "keys.json"), Issuer: "hearback"}
	h, err := open(ctx, s, k, mail.NewPrinter(t.Err), slog.New(slog.DiscardHandler), store.ThrowAway())
	if err == nil {
		h.Flow.Tokens.TTL = visit
	}
	return h, err
}

// rehearse fills the store with what happened up to now, and gives the people whom a visitor may speak as.
func (h *house) rehearse(ctx context.Context, now time.Time) ([]playground.Person, error) {
	p, err := newPlay(*h.Flow, now)
	if err != nil {
		return nil, err
	}
	if err := p.perform(ctx); err != nil {
		return nil, fmt.Errorf("the demonstration: %w", err)
	}
	return p.shown(), nil
}

// announce says where the playground is and who can be asked as: words on the one stream, data on the other.
func (c demoCmd) announce(t terminal, h *house, base string, people []playground.Person) error {
	welcome(t, h, base, serveCmd{listenFlags: c.listenFlags, workFlags: workFlags{Work: true}}, "")
	fmt.Fprintf(t.Err, "This is a demonstration: everybody in it is invented, and all of it is gone when it ends (Ctrl-C). The tokens work for %d hours.\n", int(visit.Hours()))
	if c.JSON {
		return json.NewEncoder(t.Out).Encode(map[string]any{"url": base, "tokens": tokensOf(people)})
	}
	table := tabwriter.NewWriter(t.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "playground\t%s/playground\n", base)
	for _, one := range people {
		if one.Token != "" {
			fmt.Fprintf(table, "%s\t%s\n", one.Role, one.Token)
		}
	}
	return table.Flush()
}

func tokensOf(people []playground.Person) map[string]string {
	tokens := map[string]string{}
	for _, one := range people {
		if one.Token != "" {
			tokens[one.Role] = one.Token
		}
	}
	return tokens
}
