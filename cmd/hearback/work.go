package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"hearback/ent/store"
)

// workCmd does what servers leave to be done, beside them.
type workCmd struct {
	storeFlags
	keyFlags
	mailFlags
	tellingFlags
	logFlags
}

// Run works until it is told to stop; what it is at then, it finishes to the next step and puts back.
func (c workCmd) Run(ctx context.Context, t terminal) error {
	sender, err := c.sender(t)
	if err != nil {
		return err
	}
	log := c.logger(t)
	h, err := open(ctx, c.storeFlags, c.keyFlags, sender, log)
	if inUse := new(store.Error); errors.As(err, &inUse) && inUse.Kind == store.InUse {
		return fmt.Errorf("%w. A server of a SQLite file does the work in the background itself, so there is nothing to start beside it", err)
	}
	if err != nil {
		return err
	}
	if err := c.apply(h); err != nil {
		return errors.Join(err, h.close())
	}
	fmt.Fprintf(t.Err, "working on %s\n", h.store.Describe())
	stop := h.work(ctx, log)
	<-ctx.Done()
	stop()
	return h.close()
}

// workFlags say whether a server does the work in the background itself.
type workFlags struct {
	Work bool `env:"WORK" default:"true" negatable:"" help:"Whether to do the work in the background too; without it, run hearback work beside the servers (PostgreSQL)."`
}

// where says it on start.
func (f workFlags) where() string {
	if f.Work {
		return "here"
	}
	return "elsewhere: run hearback work"
}

// begin begins the work if this server does it.
func (f workFlags) begin(ctx context.Context, h *house, log *slog.Logger) (stop func()) {
	if !f.Work {
		return func() {}
	}
	return h.work(ctx, log)
}

// pulse is how often the clock looks for what is due. Jobs do not wait for it: whoever leaves one wakes a worker.
const pulse = 5 * time.Second

func beats() (<-chan time.Time, func()) {
	ticker := time.NewTicker(pulse)
	return ticker.C, ticker.Stop
}

// work begins to work in the background; stop ends it, and waits until it has come to a rest. It ends with the context too.
func (h *house) work(ctx context.Context, log *slog.Logger) (stop func()) {
	ctx, end := context.WithCancel(ctx)
	var working sync.WaitGroup
	working.Go(func() { h.Flow.Work(ctx, beats, log) })
	return func() { end(); working.Wait() }
}
