package auth

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"
)

const (
	keysPatience = 5 * time.Second  // for one question about keys
	keysAtMost   = 256 << 10        // bytes of an answer
	keysFresh    = 10 * time.Minute // between two questions that nothing calls for
	keysAnew     = 30 * time.Second // between two that tokens with unknown keys call for, but for a few at once
	trustedLife  = time.Hour        // that a token of somebody else may last: nobody can call it back
	trustedSkew  = 30 * time.Second // between their clock and ours
	trustedSize  = 8 << 10          // bytes of a token that are looked at
)

// TrustedAlgorithms are those with which only the issuer's own key signs (RFC 8725 §3.1): neither none nor a shared secret.
func TrustedAlgorithms() []string {
	return []string{"EdDSA", "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
}

// Trusted is an issuer elsewhere whose access tokens are believed. Open it before it is asked.
type Trusted struct {
	Issuer     string   // iss, letter by letter
	Audience   string   // one of aud
	Keys       string   // the address of its keys (JWKS)
	Algorithms []string // what it signs with, of TrustedAlgorithms
	Type       string   // typ of its tokens: at+jwt (RFC 9068), or JWT
	Client     *http.Client
	Now        func() time.Time
	Log        *slog.Logger

	keys keyfunc.Keyfunc
}

// Stranger is who comes in with a token of another issuer.
type Stranger struct {
	Issuer, Subject string
	Scopes          Scopes
	Expires         time.Time
}

// strangersScopes is what a token of another issuer may be used for when it names no scope of ours.
func strangersScopes() Scopes { return Scopes{ExperienceRead, ExperienceWrite} }

// Open reads the keys and goes on doing so until ctx ends. An issuer that is away now may come back: that is no error.
func (t *Trusted) Open(ctx context.Context) error {
	client := *t.Client
	client.Transport, client.Timeout = bounded{client.Transport}, keysPatience
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	store, err := jwkset.NewStorageFromHTTP(t.Keys, jwkset.HTTPClientStorageOptions{
		Client: &client, Ctx: ctx, HTTPTimeout: keysPatience, NoErrorReturnFirstHTTPReq: true, RefreshInterval: keysFresh,
		RefreshErrorHandler: func(_ context.Context, err error) {
			t.Log.Warn("the keys of a trusted issuer cannot be had", "issuer", t.Issuer, "cause", err)
		},
	})
	if err != nil {
		return err
	}
	all, err := jwkset.NewHTTPClient(jwkset.HTTPClientOptions{
		HTTPURLs: map[string]jwkset.Storage{t.Keys: store}, RateLimitWaitMax: keysPatience, RefreshUnknownKID: rate.NewLimiter(rate.Every(keysAnew), 3),
	})
	if err != nil {
		return err
	}
	t.keys, err = keyfunc.New(keyfunc.Options{Ctx: ctx, Storage: all, UseWhitelist: []jwkset.USE{jwkset.UseSig, ""}})
	return err
}

// bounded cuts off answers that no list of keys needs.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	next := b.RoundTripper
	if next == nil {
		next = http.DefaultTransport
	}
	answer, err := next.RoundTrip(r)
	if err == nil {
		answer.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(answer.Body, keysAtMost), answer.Body}
	}
	return answer, err
}

// foreign is a payload as others make it.
type foreign struct {
	jwt.RegisteredClaims
	Scope string `json:"scope"`
}

// Verify believes a token that this issuer signed for us and that works now. Errors: ErrExpired, ErrInvalid; any other one says that
// its keys cannot be had.
func (t *Trusted) Verify(ctx context.Context, token string) (Stranger, error) {
	var p foreign
	parser := jwt.NewParser(jwt.WithValidMethods(t.Algorithms), jwt.WithStrictDecoding(), jwt.WithIssuer(t.Issuer), jwt.WithAudience(t.Audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(trustedSkew), jwt.WithTimeFunc(t.Now))
	_, err := parser.ParseWithClaims(token, &p, func(token *jwt.Token) (any, error) { return t.key(ctx, token) })
	switch {
	case errors.Is(err, errKeysAway):
		return Stranger{}, err
	case onlyExpired(err):
		return Stranger{}, fmt.Errorf("%w at %s", ErrExpired, p.ExpiresAt.UTC().Format(time.RFC3339))
	case err != nil:
		return Stranger{}, fmt.Errorf("%w: %w", ErrInvalid, err)
	case p.Subject == "" || len(p.Subject) > 255 || p.IssuedAt == nil:
		return Stranger{}, fmt.Errorf("%w: it names nobody, or not when it was issued", ErrInvalid)
	case p.ExpiresAt.Sub(p.IssuedAt.Time) > trustedLife+trustedSkew:
		return Stranger{}, fmt.Errorf("%w: it lasts longer than %s", ErrInvalid, trustedLife)
	}
	scopes, _ := sortOut(p.Scope)
	if len(scopes) == 0 {
		scopes = strangersScopes()
	}
	return Stranger{t.Issuer, p.Subject, scopes, p.ExpiresAt.Time}, nil
}

var errKeysAway = errors.New("the keys of the issuer cannot be had")

// key looks at the header before any key is asked for. No key or address in a token is ever used (RFC 8725 §3.10).
func (t *Trusted) key(ctx context.Context, token *jwt.Token) (any, error) {
	kind, _ := token.Header["typ"].(string)
	kid, _ := token.Header["kid"].(string)
	_, critical := token.Header["crit"]
	switch {
	case !strings.EqualFold(strings.TrimPrefix(strings.ToLower(kind), "application/"), t.Type):
		return nil, errors.New("the typ is not " + t.Type) // RFC 8725 §3.11
	case kid == "" || critical:
		return nil, errors.New("a header without kid, or with crit")
	}
	key, err := t.keys.KeyfuncCtx(ctx)(token)
	if some, readErr := t.keys.Storage().KeyReadAll(ctx); err != nil && (readErr != nil || len(some) == 0) {
		return nil, errKeysAway
	}
	if r, ok := key.(*rsa.PublicKey); ok && r.N.BitLen() < 2048 {
		return nil, errors.New("an RSA key of less than 2048 bits") // RFC 7518 §3.3
	}
	return key, err
}

// issuerOf is the iss that a token claims, not checked in any way; "" for what is no token.
func issuerOf(token string) string {
	var said jwt.RegisteredClaims
	if len(token) > trustedSize {
		return ""
	}
	if _, _, err := jwt.NewParser(jwt.WithStrictDecoding()).ParseUnverified(token, &said); err != nil {
		return ""
	}
	return said.Issuer
}

// stranger is who comes in with a token of a trusted issuer, as somebody known here; false for a token of any other.
func (d Door) stranger(ctx context.Context, token string) (c Claims, theirs bool, err error) {
	if len(d.Trusted) == 0 || d.Known == nil {
		return c, false, nil
	}
	issuer := issuerOf(token)
	i := slices.IndexFunc(d.Trusted, func(t *Trusted) bool { return t.Issuer == issuer })
	if i < 0 {
		return c, false, nil
	}
	who, err := d.Trusted[i].Verify(ctx, token)
	if err != nil {
		return c, true, err
	}
	c, err = d.Known(ctx, who)
	c.Scopes, c.Expires = who.Scopes, who.Expires
	return c, true, err
}
