package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"

	"hearback/internal/signon"
)

// oidcFlags say where staff sign in with the account that they have already; without an issuer there is no such way.
type oidcFlags struct {
	Issuer    string   `name:"oidc-issuer" env:"OIDC_ISSUER" help:"Where people sign in with an account that they have already (OpenID Connect), such as https://login.example.org/realms/trust."`
	ClientID  string   `name:"oidc-client-id" env:"OIDC_CLIENT_ID" help:"What that issuer calls this installation."`
	Redirects []string `name:"oidc-redirects" env:"OIDC_REDIRECTS" help:"Pages and apps that it sends people back to, as they stand in its settings, with commas between them."`
	KeyFile   string   `name:"oidc-key-file" env:"OIDC_KEY_FILE" default:"./data/oidc-key.pem" help:"The key that says to the issuer who we are (private_key_jwt); made when missing."`
	Algorithm string   `name:"oidc-algorithm" env:"OIDC_ALGORITHM" help:"How that key signs, such as RS512; default is the usual one of the key."`
	Audience  string   `name:"oidc-audience" env:"OIDC_AUDIENCE" enum:"issuer,token" default:"issuer" help:"Whom the signature is for: the issuer, or its token address."`
}

// open makes the way in, or nil when none was asked for. It asks the issuer nothing: that may be away now and back tomorrow.
func (f oidcFlags) open(log *slog.Logger) (*signon.Issuer, error) {
	if f.Issuer == "" && f.ClientID == "" && len(f.Redirects) == 0 {
		return nil, nil
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	data, err := privateKey(f.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("OIDC_KEY_FILE %q: %w", f.KeyFile, err)
	}
	key, err := signon.ParseKey(data, f.Algorithm)
	if err != nil {
		return nil, fmt.Errorf("OIDC_KEY_FILE %q and OIDC_ALGORITHM: %w", f.KeyFile, err)
	}
	return &signon.Issuer{URL: f.Issuer, ClientID: f.ClientID, Key: key, Redirects: f.Redirects, ToToken: f.Audience == "token", Log: log}, nil
}

func (f oidcFlags) check() error {
	issuer, err := url.Parse(f.Issuer)
	switch {
	case f.Issuer == "":
		return errors.New("OIDC_CLIENT_ID and OIDC_REDIRECTS need an issuer. Set OIDC_ISSUER=https://login.example.org, or leave all of them out")
	case err != nil || !safe(issuer) || issuer.RawQuery != "" || issuer.Fragment != "" || len(f.Issuer) > 255:
		return fmt.Errorf("OIDC_ISSUER %q is not the address of an issuer. Write it as it stands in its tokens, like https://login.example.org/realms/trust", f.Issuer)
	case f.ClientID == "":
		return errors.New("OIDC_ISSUER needs the name that it has for this installation. Set OIDC_CLIENT_ID=hearback")
	case len(f.Redirects) == 0:
		return errors.New("OIDC_ISSUER needs to know where to send people back to. Set OIDC_REDIRECTS=https://app.example.org/signed-in")
	}
	for _, to := range f.Redirects {
		back, err := url.Parse(to)
		if err != nil || back.Scheme == "" || back.Fragment != "" || len(to) > 2000 || strings.HasPrefix(back.Scheme, "http") && !safe(back) {
			return fmt.Errorf("OIDC_REDIRECTS: %q is not an address to come back to. Write it like https://app.example.org/signed-in or org.example.app:/signed-in, without a #", to)
		}
	}
	return nil
}

// safe tells whether an address is read by nobody on the way: HTTPS, or this machine.
func safe(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()))
}

// setUp hangs the way in into the house, if there is one.
func (f oidcFlags) setUp(h *house, log *slog.Logger) error {
	issuer, err := f.open(log)
	if err != nil || issuer == nil {
		return err
	}
	text, err := issuer.Key.JWKS()
	h.Flow.SignOn, h.clientKeys = issuer, string(text)
	return err
}

// clientKeysPage serves the key that an issuer checks our signature with.
func (h *house) clientKeysPage(mux *http.ServeMux) {
	if h.clientKeys != "" {
		mux.Handle("GET /.well-known/oidc-client-jwks.json", document(h.clientKeys, "application/jwk-set+json"))
	}
}
