package graph

import (
	"context"
	"database/sql/driver"
	"errors"
	"log/slog"
	"net"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/lib/pq"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/page"
	"hearback/ent/typeid"
	"hearback/workflow"
)

// Code is the word for a program in `extensions.code` of an error that is not the person's mistake. There are no others
// beside those of the transport (see docs/errors.md).
type Code string

// The codes.
const (
	Unauthenticated Code = "UNAUTHENTICATED" // sign in first
	Forbidden       Code = "FORBIDDEN"       // seen, but not yours to do
	NotFound        Code = "NOT_FOUND"       // there is none, or none that you may see
	BadUserInput    Code = "BAD_USER_INPUT"  // an argument cannot be used; the message says which and why
	Unavailable     Code = "UNAVAILABLE"     // a part is away; try again
	Internal        Code = "INTERNAL"        // our mistake; the log has its cause under the requestId
)

// said is what a client is told of a cause.
type said struct {
	code    Code
	message string
}

// translate is the one table from causes to what is said. What is not in it is INTERNAL, and its words stay in the log.
func translate(err error) said {
	var bad *page.Error
	switch {
	case errors.As(err, &bad):
		return said{BadUserInput, bad.Error() + "."}
	case errors.Is(err, typeid.ErrMalformed), errors.Is(err, errMonth), errors.Is(err, errDay), errors.Is(err, errMoment), errors.Is(err, errLongPreview):
		return said{BadUserInput, sentence(err)}
	case errors.Is(err, workflow.ErrSignIn):
		return said{Unauthenticated, "Please sign in first."}
	case errors.Is(err, workflow.ErrForbidden), errors.Is(err, privacy.Deny):
		return said{Forbidden, "This is not yours to do."}
	case errors.Is(err, workflow.ErrNotFound), ent.IsNotFound(err):
		return said{NotFound, "There is no such thing, or it is not for you to see."}
	case errors.Is(err, workflow.ErrMail):
		return said{Unavailable, "We cannot send e-mail just now. Please try again in a few minutes."}
	case errors.Is(err, workflow.ErrSignOn):
		return said{Unavailable, "The single sign-on does not answer just now. Please try again in a few minutes, or sign in another way."}
	case errors.Is(err, workflow.ErrNotWrittenDown):
		return said{Unavailable, "We write down who reads words that are not public, and could not do so just now. So we show nothing. Please try again in a moment."}
	case away(err):
		return said{Unavailable, "A part of Hearback is away just now. Please try again in a moment."}
	}
	return said{Internal, "Something went wrong on our side. Please try again, and tell us the requestId if it stays."}
}

func sentence(err error) string {
	for _, known := range []error{typeid.ErrMalformed, errMonth, errDay, errMoment, errLongPreview} {
		if errors.Is(err, known) {
			return "This is " + known.Error() + "."
		}
	}
	return ""
}

// away tells whether the cause is that a part does not answer: a database that is gone, locked or full, a deadline.
func away(err error) bool {
	var network *net.OpError
	return awayPostgres(err) || awaySQLite(err) || errors.As(err, &network) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, context.DeadlineExceeded) ||
		strings.Contains(err.Error(), "sql: database is closed") // database/sql has no value for it
}

// awayPostgres knows the classes of https://www.postgresql.org/docs/current/errcodes-appendix.html.
func awayPostgres(err error) bool {
	var postgres *pq.Error
	return errors.As(err, &postgres) && slices.Contains([]string{"08", "53", "57", "58", "40", "55"}, string(postgres.Code.Class()))
}

// awaySQLite knows the primary codes of https://sqlite.org/rescode.html: busy, locked, read-only, interrupted, an I/O error,
// a full disk, a file that cannot be opened.
func awaySQLite(err error) bool {
	var sqlite interface{ Code() int }
	return errors.As(err, &sqlite) && slices.Contains([]int{5, 6, 8, 9, 10, 13, 14}, sqlite.Code()&0xff)
}

// Present turns a cause into what the client is told, and logs what it is not told.
func Present(log *slog.Logger) graphql.ErrorPresenterFunc {
	return func(ctx context.Context, err error) *gqlerror.Error {
		var own *gqlerror.Error
		if !errors.As(err, &own) || own.Err != nil && own.Extensions["code"] == nil {
			what := translate(err)
			if what.code == Internal || what.code == Unavailable {
				log.ErrorContext(ctx, "an answer failed", "code", what.code, "path", graphql.GetPath(ctx).String(), "requestId", requestName(ctx), "cause", err)
			}
			own = &gqlerror.Error{Message: what.message, Path: pathOf(ctx, own), Extensions: map[string]any{"code": string(what.code)}}
		}
		own.Message = unusable(own.Message)
		if id := requestName(ctx); id != "" && own.Extensions != nil {
			own.Extensions["requestId"] = id
		}
		return own
	}
}

// unusable says without words of our workshop that the value of a variable is of another type; its path says which one.
func unusable(message string) string {
	if _, wanted, ok := strings.Cut(message, " as "); ok && strings.HasPrefix(message, "cannot use ") {
		return "This value cannot be used as " + wanted + "."
	}
	return message
}

func pathOf(ctx context.Context, own *gqlerror.Error) ast.Path {
	if own != nil && own.Path != nil {
		return own.Path
	}
	return graphql.GetPath(ctx)
}

// refusals parts what a person can mend, which is an answer, from what is an error.
func refusals(err error) ([]UserError, error) {
	var r workflow.Refusal
	if !errors.As(err, &r) {
		return []UserError{}, err
	}
	problems := make([]UserError, len(r))
	for i, p := range r {
		if p.Code == workflow.StaleVersion {
			problems[i] = StaleVersion{Message: p.Message, Code: p.Code, Path: p.Path, CurrentVersion: p.Current}
			continue
		}
		problems[i] = InputError{Message: p.Message, Code: p.Code, Path: p.Path}
	}
	return problems, nil
}
