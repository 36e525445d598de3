package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
)

// ErrEnded says that the session of a token was ended, or that its person is no longer here.
var ErrEnded = errors.New("the session has ended")

// ErrStranger says that nobody here has the account elsewhere that a token names.
var ErrStranger = errors.New("nobody here has this account")

// ErrServiceToken says that a service token is not one of ours, was revoked, or has run out.
var ErrServiceToken = errors.New("the service token does not work")

// Door is where somebody with a token comes in, be it over HTTP, a socket or a stream.
type Door struct {
	// Verify checks a token. Its errors are ErrExpired and ErrInvalid; others mean trouble of our own.
	Verify func(token string) (Claims, error)
	// Load finds the person's memberships and the scopes that the session has now, so that what was taken away
	// stops at once. Its error is ErrEnded for a session or person that is gone; others mean trouble of our own.
	Load func(ctx context.Context, c Claims) (*Viewer, error)
	// Machine finds the session of a service token by the Hash of its secret, with what it may do and when it ends. Its error is
	// ErrServiceToken for a secret that is not known or works no more; others mean trouble of our own. Nil lets no machine in.
	Machine func(ctx context.Context, hash string) (Claims, error)
	// Trusted are issuers elsewhere whose access tokens are believed; none believes our own alone.
	Trusted []*Trusted
	// Known finds whom an issuer elsewhere names: the person, and what stands for a session. Its error is ErrStranger when nobody
	// here has that account; others mean trouble of our own. Nil knows nobody.
	Known func(ctx context.Context, who Stranger) (Claims, error)
	// Log is told why somebody was turned away, never the token; nil keeps quiet.
	Log *slog.Logger
}

// Authenticate turns an access token or a service token (without the word Bearer) into its viewer. The viewer's scopes are those
// that both the token and the session have; the claims tell when the token ends. Refuse explains the errors.
func (d Door) Authenticate(ctx context.Context, bearer string) (*Viewer, Claims, error) {
	if d.Verify == nil || d.Load == nil {
		return nil, Claims{}, errors.New("the door has no Verify or no Load")
	}
	claims, err := d.claims(ctx, bearer)
	if err != nil {
		return nil, Claims{}, err
	}
	loaded, err := d.Load(ctx, claims)
	if err != nil {
		return nil, Claims{}, err
	}
	if loaded == nil || loaded.Person == "" || loaded.Person != claims.Person {
		return nil, Claims{}, errors.New("the person that was loaded is not the one in the token")
	}
	viewer := *loaded
	viewer.Session, viewer.Scopes, viewer.Expires = claims.Session, loaded.Scopes.Both(claims.Scopes), claims.Expires
	return &viewer, claims, nil
}

// claims are what a token says of itself, or what is kept of a service token. One with a slip in it is refused without asking
// for it, and only its hash leaves this place.
func (d Door) claims(ctx context.Context, bearer string) (Claims, error) {
	if !IsServiceToken(bearer) {
		if c, theirs, err := d.stranger(ctx, bearer); theirs {
			return c, err
		}
		return d.Verify(bearer)
	}
	if err := CheckServiceToken(bearer); err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrServiceToken, err)
	}
	if d.Machine == nil {
		return Claims{}, ErrServiceToken
	}
	return d.Machine(ctx, Hash(bearer))
}

// BearerToken takes the token out of the value of an Authorization header (RFC 6750 §2.1; the word Bearer in any
// case). The error wraps ErrInvalid.
func BearerToken(authorization string) (string, error) {
	scheme, token, _ := strings.Cut(authorization, " ")
	token = strings.Trim(token, " ")
	switch {
	case !strings.EqualFold(scheme, "Bearer"):
		return "", fmt.Errorf("%w: the Authorization header is not of the kind Bearer", ErrInvalid)
	case token == "" || strings.ContainsAny(token, " \t,"):
		return "", fmt.Errorf("%w: the Authorization header does not have one token", ErrInvalid)
	}
	return token, nil
}

// Refusal is how somebody who could not be let in is told.
type Refusal struct {
	Status  int    // of HTTP: 401 or 503
	Code    string // extensions.code: UNAUTHENTICATED or UNAVAILABLE
	Message string // a plain sentence that gives no cause away
}

// Refuse says what to tell the client about an error of Authenticate or BearerToken.
func Refuse(err error) Refusal {
	switch {
	case errors.Is(err, ErrExpired):
		return unauthenticated("Your sign-in has run out; please refresh it and try again.")
	case errors.Is(err, ErrEnded):
		return unauthenticated("This session has ended; please sign in again.")
	case errors.Is(err, ErrServiceToken):
		return unauthenticated("This service token does not work: it has a slip in it, has run out or was revoked. Please look at it again, or ask for a new one.")
	case errors.Is(err, ErrStranger):
		return unauthenticated("Nobody here has this account yet; please sign in here with it once, then try again.")
	case errors.Is(err, ErrInvalid):
		return unauthenticated("The sign-in token is not valid; please sign in again.")
	}
	return Refusal{http.StatusServiceUnavailable, "UNAVAILABLE", "We cannot check who you are just now; please try again in a few seconds."}
}

func unauthenticated(message string) Refusal {
	return Refusal{http.StatusUnauthorized, "UNAUTHENTICATED", message}
}
