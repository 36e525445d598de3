package workflow

import (
	"context"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/refresh"
	"hearback/ent/generated/ent/session"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// RefreshLife is how long a refresh token can be used.
const RefreshLife = 60 * 24 * time.Hour

const whySignIn = "signing in happens before anybody is somebody"

// Session is what a device keeps after signing in.
type Session struct {
	AccessToken          string
	AccessTokenExpiresAt time.Time
	RefreshToken         string
	RecoveryCode         string // only when somebody begins without an account
}

// incomplete is what is said of a code that cannot be read.
const incomplete = "This code is not complete or has a slip of the pen. Please look at it again."

// usedUp refuses a code that was good once.
func usedUp() error {
	return refuse(CodeRefused, "This code was used or has run out. Please ask for a new one.", "code")
}

// newCode makes a code to hand over, as it is shown and in the form of which the hash is kept.
func newCode() (shown, plain string, err error) {
	if shown, err = auth.NewRecoveryCode(nil); err != nil {
		return "", "", err
	}
	plain, err = auth.ParseRecoveryCode(shown)
	return shown, plain, err
}

// SessionStart lets somebody begin without an account. Anybody may.
func (f *Flow) SessionStart(ctx context.Context) (*Session, error) {
	code, plain, err := newCode()
	if err != nil {
		return nil, err
	}
	s, err := write(rule.AsSystem(ctx, whySignIn), f, func(ctx context.Context, a *act) (*Session, error) {
		p, err := a.Person.Create().SetCreatedAt(a.at).SetRecoveryHash(auth.Hash(plain)).Save(ctx)
		if err != nil {
			return nil, err
		}
		return f.open(ctx, a, p.ID, auth.SessionScopes())
	})
	if err == nil {
		s.RecoveryCode = code
	}
	return s, err
}

// SessionRecover brings somebody back with their recovery code. Anybody may. Errors: Refusal.
func (f *Flow) SessionRecover(ctx context.Context, typed string) (*Session, error) {
	plain, err := auth.ParseRecoveryCode(typed)
	if err != nil {
		return nil, refuse(CodeRefused, incomplete, "recoveryCode")
	}
	return write(rule.AsSystem(ctx, whySignIn), f, func(ctx context.Context, a *act) (*Session, error) {
		p, err := a.Person.Query().Where(person.RecoveryHash(auth.Hash(plain))).Only(ctx)
		if ent.IsNotFound(err) {
			return nil, refuse(CodeRefused, "We do not know this code. Please look at it again.", "recoveryCode")
		}
		if err != nil {
			return nil, err
		}
		return f.open(ctx, a, p.ID, auth.SessionScopes())
	})
}

// SessionRefresh gives new tokens for a refresh token, which is used up by that. One that is used a second time was stolen
// from somebody: its session ends (RFC 9700 §4.14.2). Anybody may. Errors: Refusal.
func (f *Flow) SessionRefresh(ctx context.Context, token string) (*Session, error) {
	refused := refuse(CodeRefused, "This sign-in has ended. Please sign in again.", "refreshToken")
	s, err := write(rule.AsSystem(ctx, whySignIn), f, func(ctx context.Context, a *act) (*Session, error) {
		r, err := hold(a, a.Refresh.Query().Where(refresh.Hash(auth.Hash(token))).WithSession()).Only(ctx)
		switch {
		case ent.IsNotFound(err):
			return nil, refused
		case err != nil:
			return nil, err
		case r.UsedAt != nil && r.Edges.Session.EndedAt == nil:
			return nil, r.Edges.Session.Update().SetEndedAt(a.at).Exec(ctx)
		case r.UsedAt != nil || r.Edges.Session.EndedAt != nil || !a.at.Before(r.ExpiresAt):
			return nil, refused
		}
		if err := r.Update().SetUsedAt(a.at).Exec(ctx); err != nil {
			return nil, err
		}
		return f.issue(ctx, a, r.Edges.Session)
	})
	if err == nil && s == nil {
		return nil, refused
	}
	return s, err
}

// SessionEnd signs the viewer out: the tokens of the session stop working at once. Errors: ErrSignIn.
func (f *Flow) SessionEnd(ctx context.Context) error {
	v := auth.FromContext(ctx)
	if !v.SignedIn() {
		return ErrSignIn
	}
	_, err := write(rule.AsSystem(ctx, "people end their own session"), f, func(ctx context.Context, a *act) (int, error) {
		return a.Session.Update().Where(session.ID(typeid.ID(v.Session)), session.EndedAtIsNil()).SetEndedAt(a.at).Save(ctx)
	})
	return err
}

// SessionRevoke ends one of the viewer's own sessions, such as that of a lost phone: its tokens stop working at once, and its
// streams end. Errors: ErrSignIn, ErrNotFound.
func (f *Flow) SessionRevoke(ctx context.Context, id typeid.ID) error {
	me, err := signedIn(ctx)
	if err != nil {
		return err
	}
	_, err = write(rule.AsSystem(ctx, "people end their own sessions"), f, func(ctx context.Context, a *act) (*ent.Session, error) {
		s, err := a.Session.Query().Where(session.ID(id), session.PersonID(me)).Only(ctx)
		if ent.IsNotFound(err) {
			return nil, ErrNotFound
		}
		if err != nil || s.EndedAt != nil {
			return s, err
		}
		return s.Update().SetEndedAt(a.at).Save(ctx)
	})
	return err
}

// SessionEndOthers ends all of the viewer's own sessions but the one that asks, and tells how many these were. Errors: ErrSignIn.
func (f *Flow) SessionEndOthers(ctx context.Context) (int, error) {
	me, err := signedIn(ctx)
	if err != nil {
		return 0, err
	}
	this := typeid.ID(auth.FromContext(ctx).Session)
	return write(rule.AsSystem(ctx, "people end their own sessions"), f, func(ctx context.Context, a *act) (int, error) {
		return a.Session.Update().Where(session.PersonID(me), session.IDNEQ(this), session.EndedAtIsNil()).SetEndedAt(a.at).Save(ctx)
	})
}

// signedIn is the person who asks. Errors: ErrSignIn.
func signedIn(ctx context.Context) (typeid.ID, error) {
	v := auth.FromContext(ctx)
	if !v.SignedIn() {
		return "", ErrSignIn
	}
	return typeid.ID(v.Person), nil
}

// open begins a session of a person.
func (f *Flow) open(ctx context.Context, a *act, p typeid.ID, scopes auth.Scopes) (*Session, error) {
	s, err := a.Session.Create().SetCreatedAt(a.at).SetPersonID(p).SetScopes(scopes.Kept()).Save(ctx)
	if err != nil {
		return nil, err
	}
	return f.issue(ctx, a, s)
}

// issue makes the tokens of a session: a short one to show, and a long one, kept as a hash, to get the next.
func (f *Flow) issue(ctx context.Context, a *act, s *ent.Session) (*Session, error) {
	scopes, err := auth.ParseScopes(s.Scopes)
	if err != nil {
		return nil, err
	}
	access, expires, err := f.Tokens.Issue(auth.Claims{Person: string(s.PersonID), Session: string(s.ID), Scopes: scopes})
	if err != nil {
		return nil, err
	}
	token, err := auth.NewRefreshToken(nil)
	if err != nil {
		return nil, err
	}
	err = a.Refresh.Create().SetCreatedAt(a.at).SetSessionID(s.ID).SetHash(auth.Hash(token)).SetExpiresAt(a.at.Add(RefreshLife)).Exec(ctx)
	return &Session{AccessToken: access, AccessTokenExpiresAt: expires, RefreshToken: token}, err
}

// ViewerRename chooses the name that the viewer's answers are signed with. Errors: ErrSignIn, Refusal.
func (f *Flow) ViewerRename(ctx context.Context, name string) (*ent.Person, error) {
	var c checks
	name = c.needed(name, 80, "name")
	if err := c.err(); err != nil {
		return nil, err
	}
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.Person, error) {
		if !a.viewer.SignedIn() {
			return nil, ErrSignIn
		}
		return a.Person.UpdateOneID(typeid.ID(a.viewer.Person)).SetName(name).Save(ctx)
	})
}
