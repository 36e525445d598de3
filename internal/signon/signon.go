// Package signon lets people sign in at an issuer elsewhere, by OpenID Connect: the code flow with PKCE and a client that signs.
package signon

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// ErrRefused says that the issuer did not sign this person in, or that what came back is not to be believed.
var ErrRefused = errors.New("the issuer's answer is not to be believed")

// ErrAway says that the issuer cannot be asked just now.
var ErrAway = errors.New("the issuer does not answer")

const (
	patience = 8 * time.Second // for one question to the issuer
	pause    = 5 * time.Second // before an issuer that did not answer is asked again for its addresses
	tokenAge = 5 * time.Minute // how old the issue of an ID token may be when it is handed in
	slowness = time.Minute     // between the issuer's clock and ours
)

// algorithms are those that an issuer may sign with: its own key alone makes them (RFC 8725 §3.1), so neither none nor a shared secret.
func algorithms() []string {
	return []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA}
}

// Issuer is an OpenID provider where people of the house can sign in. Its addresses are asked for when they are first needed, so
// the house stands while it is away. All fields but Client, Log and Now are needed. It is safe for use by many goroutines.
type Issuer struct {
	URL       string           // iss, letter by letter
	ClientID  string           // what the issuer calls us
	Key       *Key             // signs who we are
	Redirects []string         // where the browser may be sent back to, letter by letter; the first one unless another is asked for
	ToToken   bool             // whether the assertion names the token address as its audience, in place of the issuer
	Client    *http.Client     // nil for one of its own
	Log       *slog.Logger     // told why a sign-in came to nothing, never a code or token; nil keeps quiet
	Now       func() time.Time // nil means time.Now

	mu     sync.Mutex
	found  *provider
	failed error
	looked time.Time
}

// provider is what an issuer says about itself.
type provider struct {
	*oidc.Provider
	NamesItself bool `json:"authorization_response_iss_parameter_supported"` // RFC 9207 §3
}

// Redirect is where the browser is to be sent back to; false when the place was not agreed on with the issuer. Empty is the first.
func (i *Issuer) Redirect(asked string) (string, bool) {
	if asked == "" && len(i.Redirects) > 0 {
		return i.Redirects[0], true
	}
	return asked, slices.Contains(i.Redirects, asked)
}

// Name is the issuer's name in its tokens.
func (i *Issuer) Name() string { return i.URL }

// Begin is the address at the issuer where the browser goes to sign in. Errors: ErrAway.
func (i *Issuer) Begin(ctx context.Context, h Handshake, redirect string) (string, error) {
	p, err := i.ask(ctx)
	if err != nil {
		return "", err
	}
	return i.oauth(p, redirect).AuthCodeURL(h.State(), oidc.Nonce(h.nonce()), oauth2.S256ChallengeOption(h.verifier())), nil
}

// Finish gives the sub of who signed in, for the code that came back. named is the iss beside the code, if there was one (RFC 9207).
// Errors: ErrRefused, ErrAway; their cause stands in the log.
func (i *Issuer) Finish(ctx context.Context, h Handshake, redirect, code, named string) (string, error) {
	subject, err := i.finish(ctx, h, redirect, code, named)
	if err != nil && i.Log != nil {
		i.Log.WarnContext(ctx, "a single sign-on came to nothing", "issuer", i.URL, "cause", err)
	}
	return subject, err
}

func (i *Issuer) finish(ctx context.Context, h Handshake, redirect, code, named string) (string, error) {
	p, err := i.ask(ctx)
	if err != nil {
		return "", err
	}
	if named != "" && named != i.URL || named == "" && p.NamesItself {
		return "", fmt.Errorf("%w: the code is from %.100q", ErrRefused, named)
	}
	ctx, stop := context.WithTimeout(oidc.ClientContext(ctx, i.client()), patience)
	defer stop()
	raw, err := i.redeem(ctx, p, h, redirect, code)
	if err != nil {
		return "", err
	}
	return i.check(ctx, p, h, raw)
}

// redeem changes the code for an ID token.
func (i *Issuer) redeem(ctx context.Context, p *provider, h Handshake, redirect, code string) (string, error) {
	audience := i.URL
	if i.ToToken {
		audience = p.Endpoint().TokenURL
	}
	assertion, err := i.Key.assertion(i.ClientID, audience, i.now())
	if err != nil {
		return "", err
	}
	token, err := i.oauth(p, redirect).Exchange(ctx, code, oauth2.VerifierOption(h.verifier()),
		oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
		oauth2.SetAuthURLParam("client_assertion", assertion))
	var no *oauth2.RetrieveError
	switch {
	case errors.As(err, &no) && no.Response.StatusCode < http.StatusInternalServerError:
		return "", fmt.Errorf("%w: it says %.100q", ErrRefused, no.ErrorCode) // the rest of its answer may hold the code
	case err != nil:
		return "", fmt.Errorf("%w: the code could not be changed", ErrAway)
	}
	raw, _ := token.Extra("id_token").(string)
	return raw, nil
}

// check believes an ID token that is for us, about this sign-in, and new (OpenID Connect Core §3.1.3.7).
func (i *Issuer) check(ctx context.Context, p *provider, h Handshake, raw string) (string, error) {
	verifier := p.Verifier(&oidc.Config{ClientID: i.ClientID, SupportedSigningAlgs: algorithms(), Now: i.now})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrRefused, err)
	}
	var said struct {
		Party string `json:"azp"`
	}
	if err := token.Claims(&said); err != nil {
		return "", fmt.Errorf("%w: %w", ErrRefused, err)
	}
	age := i.now().Sub(token.IssuedAt)
	switch {
	case token.Nonce != h.nonce():
		return "", fmt.Errorf("%w: another nonce", ErrRefused)
	case said.Party != "" && said.Party != i.ClientID, len(token.Audience) > 1 && said.Party == "":
		return "", fmt.Errorf("%w: it is for another client too", ErrRefused)
	case age > tokenAge || age < -slowness:
		return "", fmt.Errorf("%w: issued %s ago", ErrRefused, age)
	case token.Subject == "" || len(token.Subject) > 255:
		return "", fmt.Errorf("%w: it names nobody", ErrRefused)
	}
	return token.Subject, nil
}

// ask gives what the issuer says about itself, from the first time that it answered.
func (i *Issuer) ask(ctx context.Context) (*provider, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.found != nil {
		return i.found, nil
	}
	if i.failed != nil && i.now().Sub(i.looked) < pause {
		return nil, i.failed
	}
	ctx, stop := context.WithTimeout(oidc.ClientContext(context.WithoutCancel(ctx), i.client()), patience)
	defer stop()
	i.found, i.failed = discover(ctx, i.URL)
	i.looked = i.now()
	return i.found, i.failed
}

func discover(ctx context.Context, issuer string) (*provider, error) {
	found, err := oidc.NewProvider(ctx, issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	p := &provider{Provider: found}
	if err := found.Claims(p); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	for _, address := range []string{found.Endpoint().AuthURL, found.Endpoint().TokenURL} {
		if strings.HasPrefix(issuer, "https://") && !strings.HasPrefix(address, "https://") {
			return nil, fmt.Errorf("%w: its address %.100q is not safe", ErrAway, address)
		}
	}
	return p, nil
}

func (i *Issuer) oauth(p *provider, redirect string) *oauth2.Config {
	e := p.Endpoint()
	e.AuthStyle = oauth2.AuthStyleInParams // who we are stands in the assertion; there is no secret to try the other way with
	return &oauth2.Config{ClientID: i.ClientID, Endpoint: e, RedirectURL: redirect, Scopes: []string{oidc.ScopeOpenID}}
}

func (i *Issuer) now() time.Time {
	if i.Now == nil {
		return time.Now()
	}
	return i.Now()
}

func (i *Issuer) client() *http.Client {
	if i.Client != nil {
		return i.Client
	}
	return &http.Client{Timeout: patience, Transport: bounded{http.DefaultTransport}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
