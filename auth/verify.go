package auth

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Verify returns what a token of ours says. The error is ErrExpired or ErrInvalid; any other one is about this
// server and not about the token. Scopes that this server does not know (yet) are left out.
func (t Tokens) Verify(token string) (Claims, error) {
	if err := t.ready(); err != nil {
		return Claims{}, err
	}
	if err := presentable(token); err != nil {
		return Claims{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	var p payload
	_, err := t.parser().ParseWithClaims(token, &p, t.key)
	expired := onlyExpired(err)
	if err == nil || expired {
		err = t.complete(p)
	}
	switch {
	case err != nil:
		return Claims{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	case expired:
		return Claims{}, fmt.Errorf("%w at %s", ErrExpired, p.ExpiresAt.UTC().Format(time.RFC3339))
	}
	scopes, _ := sortOut(p.Scope)
	return Claims{Person: p.Subject, Session: p.Session, Scopes: scopes, ID: p.ID, Expires: p.ExpiresAt.Time}, nil
}

// presentable refuses what cannot be a token before anything is decoded (CVE-2025-30204 was about that).
// It also shuts out the line breaks that Go's base64 decoder would overlook.
func presentable(token string) error {
	if len(token) > longest {
		return fmt.Errorf("%d bytes are too long for a token", len(token))
	}
	odd := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_' && r != '.'
	}
	if strings.ContainsFunc(token, odd) {
		return errors.New("a character that no token has")
	}
	return nil
}

// parser pins the algorithm (RFC 8725 §3.1) and asks for each claim that the library knows (§3.8, §3.9).
func (t Tokens) parser() *jwt.Parser {
	return jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithStrictDecoding(),
		jwt.WithIssuer(t.Issuer),
		jwt.WithAudience(t.Audience),
		jwt.WithExpirationRequired(),
		jwt.WithNotBeforeRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(leeway),
		jwt.WithTimeFunc(t.now),
	)
}

// key chooses the key by its id among our own. A header with anything but alg, typ and kid is refused: so no
// key or address in a token is ever used (jwk, jku, x5u …, RFC 8725 §3.10), and no crit is skipped (RFC 7515 §4.1.11).
func (t Tokens) key(token *jwt.Token) (any, error) {
	for name := range token.Header {
		if name != "alg" && name != "typ" && name != "kid" {
			return nil, fmt.Errorf("a header with %.40q", name)
		}
	}
	if token.Header["typ"] != tokenType {
		return nil, errors.New("the typ is not " + tokenType) // RFC 8725 §3.11
	}
	kid, _ := token.Header["kid"].(string)
	return t.Keys.verifying(kid)
}

// onlyExpired tells whether the signature and all the claims were right but for exp.
func onlyExpired(err error) bool {
	for _, worse := range []error{
		jwt.ErrTokenRequiredClaimMissing, jwt.ErrTokenInvalidAudience, jwt.ErrTokenInvalidIssuer,
		jwt.ErrTokenUsedBeforeIssued, jwt.ErrTokenNotValidYet,
	} {
		if errors.Is(err, worse) {
			return false
		}
	}
	return errors.Is(err, jwt.ErrTokenExpired)
}

// complete checks what the library does not look at.
func (t Tokens) complete(p payload) error {
	switch {
	case p.Subject == "":
		return errors.New("sub is missing")
	case p.ID == "":
		return errors.New("jti is missing")
	case p.IssuedAt == nil:
		return errors.New("iat is missing")
	case p.ExpiresAt.Sub(p.IssuedAt.Time) > t.ttl()+leeway, p.ExpiresAt.After(t.now().Add(t.ttl() + leeway)):
		return errors.New("it lasts longer than we let tokens last")
	}
	return nil
}
