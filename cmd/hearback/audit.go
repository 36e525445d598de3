package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"hearback/ent/generated/ent"
	"hearback/ent/store"
	"hearback/workflow"
)

type auditCmd struct {
	Verify auditVerifyCmd `cmd:"" help:"Check that nothing in the audit log was changed, moved, put in or taken out. Exit code 0: it is whole; 1: it is broken, or could not be read."`
	Head   auditHeadCmd   `cmd:"" help:"Print the end of the audit log as NUMBER:HASH, to be noted somewhere else."`
}

type auditVerifyCmd struct {
	storeFlags
	Head *workflow.AuditHead `placeholder:"NUMBER:HASH" help:"A head that was noted before. Only with one can it be seen that the end was cut off."`
}

// Run walks through the whole log, beside a running server, and says where it is broken first.
func (c auditVerifyCmd) Run(ctx context.Context, t terminal) error {
	flow, closed, err := c.log(ctx)
	if err != nil {
		return err
	}
	defer closed()
	head, err := flow.AuditVerify(ctx, c.Head)
	if err != nil {
		return err
	}
	fmt.Fprintf(t.Err, "The audit log is whole: %d entries.\n", head.Number)
	_, err = fmt.Fprintln(t.Out, head)
	return err
}

type auditHeadCmd struct{ storeFlags }

// Run prints the end of the log, beside a running server.
func (c auditHeadCmd) Run(ctx context.Context, t terminal) error {
	flow, closed, err := c.log(ctx)
	if err != nil {
		return err
	}
	defer closed()
	head, err := flow.AuditHead(ctx)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(t.Out, head)
	return err
}

// log opens a store to look at its audit log, and changes nothing in it.
func (f storeFlags) log(ctx context.Context) (*workflow.Flow, func(), error) {
	s, err := store.Open(ctx, f.DatabaseURL, store.Shared())
	if err != nil {
		return nil, nil, err
	}
	flow := &workflow.Flow{DB: ent.NewClient(ent.Driver(s.Driver())), Dialect: s.Dialect(), Now: time.Now}
	return flow, func() { _ = s.Close() }, nil
}

// noteHead writes the end of the audit log into the server's own log: whoever keeps that elsewhere can tell later whether
// entries were cut off.
func (h *house) noteHead(ctx context.Context, log *slog.Logger, when string) {
	head, err := h.Flow.AuditHead(ctx)
	if err != nil {
		log.WarnContext(ctx, "the end of the audit log could not be read", "when", when, "cause", err)
		return
	}
	log.InfoContext(ctx, "audit log", "when", when, "head", head.String())
}
