package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"time"

	"hearback/graph"
	"hearback/internal/transport"
)

type serveCmd struct {
	storeFlags
	keyFlags
	listenFlags
	mailFlags
	oidcFlags
	trustedFlags
	passkeyFlags
	workFlags
	tellingFlags
}

// Run serves until it is told to stop; then it finishes what is in flight.
func (c serveCmd) Run(ctx context.Context, t terminal) error {
	sender, err := c.sender(t)
	if err != nil {
		return err
	}
	socket, base, err := c.bind()
	if err != nil {
		return err
	}
	h, err := open(ctx, c.storeFlags, c.keyFlags, sender, c.logger(t))
	if err != nil {
		return errors.Join(err, socket.Close())
	}
	if err := errors.Join(c.setUp(h, c.logger(t)), c.letIn(h, c.logger(t)), c.apply(h)); err != nil {
		return errors.Join(err, socket.Close(), h.close())
	}
	if h.trusted, err = c.trustedFlags.open(ctx, []string{h.Flow.Tokens.Issuer, base}, c.logger(t)); err != nil {
		return errors.Join(err, socket.Close(), h.close())
	}
	invitation, err := h.Flow.FirstAdministrator(ctx)
	if err != nil {
		return errors.Join(err, socket.Close(), h.close())
	}
	welcome(t, h, base, c, invitation)
	log := c.logger(t)
	h.noteHead(ctx, log, "start")
	rest := c.begin(ctx, h, log)
	err = h.serve(ctx, socket, c.listenFlags, base, log, demonstration{})
	rest()
	h.noteHead(context.WithoutCancel(ctx), log, "stop")
	return errors.Join(err, h.close())
}

// bind takes the address to listen on, and tells how the world calls it. From then on callers wait and are not refused.
func (f listenFlags) bind() (net.Listener, string, error) {
	socket, err := net.Listen("tcp", f.Listen)
	if err != nil {
		return nil, "", fmt.Errorf("cannot listen on %s: %w. Try another: --listen 127.0.0.1:0", f.Listen, err)
	}
	base, err := f.base(socket.Addr().String())
	if _, wrong := f.origins(); err == nil {
		err = wrong
	}
	if err != nil {
		return nil, "", errors.Join(err, socket.Close())
	}
	return socket, base, nil
}

// welcome says on start which store, which routes, which limits, and how to become the first administrator.
func welcome(t terminal, h *house, base string, c serveCmd, invitation string) {
	l := graph.DefaultLimits()
	mail := "printed here (set SMTP_URL to send)"
	if c.SMTPURL != "" {
		mail = "sent by SMTP"
	}
	fmt.Fprintf(t.Err, "store       %s\napi         %s/graphql    contract %s/schema.graphql\nhealth      %s/healthz  %s/readyz\n",
		h.store.Describe(), base, base, base, base)
	if c.Playground {
		fmt.Fprintf(t.Err, "try it      %s/playground\n", base)
	}
	fmt.Fprintf(t.Err, "limits      depth %d, aliases %d, tokens %d, cost %d, body %d KiB, time %s, pages of at most 100\nmail        %s\n",
		l.Documents.Depth, l.Documents.Aliases, l.Documents.Tokens, l.Cost, l.Body>>10, l.Time, mail)
	fmt.Fprintf(t.Err, "push        %s\nwork        %s\n", c.tellingFlags.where(), c.workFlags.where())
	if invitation != "" {
		fmt.Fprintf(t.Err, "first administrator:  %s/setup#%s  (works once, for 30 minutes)\n", base, invitation)
	}
	fmt.Fprintln(t.Err, "Hearback is not for urgent care.")
}

// The times that one request may take; slow clients are let go.
const (
	headerTime = 5 * time.Second
	readTime   = 10 * time.Second
	writeTime  = 30 * time.Second // from the end of the header to the last byte of the answer; streams have times of their own
	idleTime   = 2 * time.Minute
	headerSize = 16 << 10
	memory     = 512 << 20 // above this the collector works harder
)

// serve answers on the socket until the context ends, then waits for what is in flight.
func (h *house) serve(ctx context.Context, socket net.Listener, f listenFlags, base string, log *slog.Logger, show demonstration) error {
	debug.SetGCPercent(800)
	debug.SetMemoryLimit(memory)
	streams := &transport.Streams{}
	routes, err := h.routes(f, base, log, streams, show)
	if err != nil {
		return errors.Join(err, socket.Close())
	}
	server := &http.Server{
		Handler: routes, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: headerSize, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	over := make(chan error, 1)
	go func() { over <- server.Serve(socket) }()
	select {
	case err := <-over:
		return err
	case <-ctx.Done():
	}
	return finish(context.WithoutCancel(ctx), server, streams, f.Drain)
}

// finish waits for what is in flight, and cuts what is still there when the time is over.
func finish(ctx context.Context, server *http.Server, streams *transport.Streams, drain time.Duration) error {
	ctx, stop := context.WithTimeout(ctx, drain)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- streams.Shutdown(ctx) }()
	err := errors.Join(server.Shutdown(ctx), <-ended)
	if errors.Is(err, context.DeadlineExceeded) {
		_ = server.Close()
		return fmt.Errorf("something was still in flight after %s and was cut off. What was sent and not answered can be sent again; --drain gives it longer", drain)
	}
	return err
}
