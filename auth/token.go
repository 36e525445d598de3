package auth

import (
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	tokenType = "at+jwt"        // RFC 9068 §2.1: no other kind of JWT can pass for an access token
	longest   = 4 << 10         // bytes of a token that are looked at
	leeway    = 5 * time.Second // between the clocks of several servers
	usualTTL  = 10 * time.Minute
)

// ErrExpired says that a token was ours and in order, and has run out: time to refresh.
// ErrInvalid says that it is no token of ours. What they wrap is for the log and not for the client.
var (
	ErrExpired = errors.New("the access token has expired")
	ErrInvalid = errors.New("the access token is not valid")
)

// Claims is what an access token says.
type Claims struct {
	Person  string    // sub: TypeID of the person
	Session string    // sid: TypeID of the session; may be ""
	Scopes  Scopes    // scope: what it may be used for, at most
	ID      string    // jti: set by Verify; Issue makes a new one
	Expires time.Time // exp: set by Verify; sockets close then
}

// Tokens makes and checks access tokens: JWTs signed with Ed25519, after RFC 9068 (without client_id, since we
// have no OAuth clients) and RFC 8725. All fields but TTL and Now are needed.
type Tokens struct {
	Keys     *Keyring
	Issuer   string           // iss: the base URL of the installation
	Audience string           // aud: whom the tokens are for
	TTL      time.Duration    // how long a token lives; 0 means ten minutes
	Now      func() time.Time // nil means time.Now
}

// payload is Claims as they travel.
type payload struct {
	jwt.RegisteredClaims
	Session string `json:"sid,omitempty"`
	Scope   string `json:"scope"`
}

// Issue signs a token for the person and tells when it ends. The person must be known and the scopes must exist.
func (t Tokens) Issue(c Claims) (token string, expires time.Time, err error) {
	if err := t.ready(); err != nil {
		return "", time.Time{}, err
	}
	if c.Person == "" {
		return "", time.Time{}, errors.New("a token must be for somebody")
	}
	if _, err := ParseScopes(c.Scopes.String()); err != nil {
		return "", time.Time{}, err
	}
	key, p := t.Keys.signing(), t.payload(c)
	unsigned := jwt.NewWithClaims(jwt.SigningMethodEdDSA, p)
	unsigned.Header["typ"], unsigned.Header["kid"] = tokenType, key.id
	token, err = unsigned.SignedString(key.private)
	if err == nil && len(token) > longest {
		err = fmt.Errorf("the token would be longer than %d bytes", longest)
	}
	if err != nil {
		return "", time.Time{}, err
	}
	return token, p.ExpiresAt.Time, nil
}

func (t Tokens) payload(c Claims) payload {
	now := t.now()
	return payload{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer:    t.Issuer,
			Audience:  jwt.ClaimStrings{t.Audience},
			Subject:   c.Person,
			ID:        rand.Text(),
			IssuedAt:  jwt.NewNumericDate(now),
			NotBefore: jwt.NewNumericDate(now),
			ExpiresAt: jwt.NewNumericDate(now.Add(t.ttl())),
		},
		Session: c.Session,
		Scope:   c.Scopes.String(),
	}
}

// ready stops a half-filled Tokens, since the library takes an empty issuer for "any".
func (t Tokens) ready() error {
	if t.Keys == nil || t.Issuer == "" || t.Audience == "" || t.TTL < 0 {
		return errors.New("tokens need keys, an issuer, an audience and no negative TTL")
	}
	return nil
}

func (t Tokens) ttl() time.Duration {
	if t.TTL == 0 {
		return usualTTL
	}
	return t.TTL
}

func (t Tokens) now() time.Time {
	if t.Now == nil {
		return time.Now()
	}
	return t.Now()
}
