package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// explainPostgres turns an error of the first conversation with the server into a sentence.
func explainPostgres(where address, err error) *Error {
	e := &Error{Store: where.describe(), Cause: err}
	var answer *pq.Error
	var network net.Error
	switch {
	case errors.As(err, &answer):
		explainAnswer(e, where, answer)
	case errors.Is(err, pq.ErrSSLNotSupported):
		e.Kind, e.Problem = Refused, "does not speak TLS, which lib/pq asks for unless told otherwise"
		e.Remedy = "On a machine or network that you trust add ?sslmode=disable to DATABASE_URL; else switch ssl on at the server"
	case errors.As(err, &network), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		e.Kind, e.Problem = Unreachable, "does not answer"
		e.Remedy = "Start it and try: psql \"$DATABASE_URL\" -c 'select 1'; or use a file for now: DATABASE_URL=sqlite://./data/hearback.db"
	default:
		e.Kind, e.Problem = Unusable, fmt.Sprintf("cannot be opened (%v)", err)
		e.Remedy = "Look at DATABASE_URL: postgres://user:password@host:5432/hearback?sslmode=require"
	}
	return e
}

// explainAnswer is for a server that is there and says no, with one of https://www.postgresql.org/docs/current/errcodes-appendix.html.
func explainAnswer(e *Error, where address, answer *pq.Error) {
	database := strings.TrimPrefix(where.server.Path, "/")
	e.Kind, e.Problem = Refused, "refuses the connection ("+answer.Message+")"
	e.Remedy = "Look at the server's log and at its pg_hba.conf"
	switch answer.Code {
	case pqerror.InvalidPassword, pqerror.InvalidAuthorizationSpecification:
		e.Problem = "does not take this user and password"
		e.Remedy = "Correct them in DATABASE_URL; in a password write @ as %40, / as %2F, : as %3A and % as %25"
	case pqerror.InvalidCatalogName:
		e.Problem, e.Remedy = "has no database of this name", "Make it: createdb -T template0 -E UTF8 "+database
	case pqerror.TooManyConnections:
		e.Problem, e.Remedy = "has no connection left", "Lower the number of connections here, or raise max_connections there"
	case pqerror.CannotConnectNow, pqerror.AdminShutdown:
		e.Kind, e.Problem, e.Remedy = Unreachable, "is starting or stopping ("+answer.Message+")", "Try again in a moment"
	}
}
