package query

import (
	"context"
	"time"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/authority"
	"hearback/ent/generated/ent/identity"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/predicate"
	"hearback/ent/generated/ent/service"
	"hearback/ent/generated/ent/session"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// asking is one role of who is asking, or none.
type asking struct {
	Scopes  *string
	Role    *string
	Service *string
	Path    *string
	Speaks  bool
}

// withRoles reads with a session, or an account elsewhere, the roles that its person has at a moment.
func withRoles(at time.Time) func(*sql.Selector) {
	return func(s *sql.Selector) {
		m, place := sql.Table(membership.Table), sql.Table(service.Table)
		s.LeftJoin(m).OnP(sql.And(sql.ColumnsEQ(m.C(membership.FieldPersonID), s.C(session.FieldPersonID)), works(m.C, at)))
		s.LeftJoin(place).On(place.C(service.FieldID), m.C(membership.FieldServiceID))
		s.Select(sql.As(m.C(membership.FieldRole), "role"), sql.As(m.C(membership.FieldServiceID), "service"), sql.As(place.C(service.FieldPath), "path"))
		s.AppendSelectExprAs(sql.ExprFunc(func(b *sql.Builder) { b.Join(sql.Exists(speaking(s))) }), "speaks")
	}
}

// Viewer turns checked claims into who is asking, in one statement at every request: a session or an account elsewhere that was
// ended, and a role that was taken away, stop working at once. Rights that end by themselves are those of the moment. Errors: auth.ErrEnded.
func Viewer(ctx context.Context, db *ent.Client, c auth.Claims, at time.Time) (*auth.Viewer, error) {
	ctx = rule.AsSystem(ctx, "who is asking must be known before any rule can be asked")
	var found []asking
	var err error
	if id := typeid.ID(c.Session); id.Prefix() == typeid.Identity {
		err = db.Identity.Query().Where(identity.ID(id), identity.PersonID(typeid.ID(c.Person))).Modify(withRoles(at)).Scan(ctx, &found)
	} else {
		err = db.Session.Query().Where(session.ID(id), session.PersonID(typeid.ID(c.Person)), Lasts(at)).Modify(withRoles(at), func(s *sql.Selector) {
			s.AppendSelectAs(s.C(session.FieldScopes), "scopes")
		}).Scan(ctx, &found)
	}
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, auth.ErrEnded
	}
	scopes := auth.SessionScopes() // of an account elsewhere; its token narrows them
	if found[0].Scopes != nil {
		if scopes, err = auth.ParseScopes(*found[0].Scopes); err != nil {
			return nil, err
		}
	}
	v := &auth.Viewer{Person: c.Person, Session: c.Session, Scopes: scopes, At: at.UTC(), Speaks: found[0].Speaks}
	for _, f := range found {
		if f.Role != nil {
			v.Memberships = append(v.Memberships, auth.Membership{Role: auth.Role(*f.Role), Service: text(f.Service), Path: text(f.Path)})
		}
	}
	return v, nil
}

// Lasts holds for sessions that nobody ended and that have not run out by themselves at a moment.
func Lasts(at time.Time) predicate.Session {
	return session.And(session.EndedAtIsNil(), session.Or(session.EndsAtIsNil(), session.EndsAtGT(at.UTC())))
}

// Works holds for memberships that work at a moment: they have begun, are not over by plan, and nobody ended them. There is
// no job that ends a role: whoever asks is told what holds when they ask.
func Works(at time.Time) predicate.Membership {
	return func(s *sql.Selector) { s.Where(works(s.C, at)) }
}

// works is the one place that says when a role works; a role that is planned to end at a moment does not work at that moment.
func works(column func(string) string, at time.Time) *sql.Predicate {
	starts, ends, at := column(membership.FieldStartsAt), column(membership.FieldEndsAt), at.UTC()
	return sql.And(sql.IsNull(column(membership.FieldEndedAt)), sql.Or(sql.IsNull(starts), sql.LTE(starts, at)), sql.Or(sql.IsNull(ends), sql.GT(ends, at)))
}

// speaking are the authorities of the person of a session that nobody has ended.
func speaking(s *sql.Selector) *sql.Selector {
	t := sql.Dialect(s.Dialect()).Table(authority.Table)
	mine := sql.And(sql.ColumnsEQ(t.C(authority.FieldProxyID), s.C(session.FieldPersonID)), sql.IsNull(t.C(authority.FieldEndedAt)))
	return sql.Dialect(s.Dialect()).Select(t.C(authority.FieldID)).From(t).Where(mine)
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
