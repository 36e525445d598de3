package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"hearback/auth"
)

// trustedFlags name the issuers elsewhere whose access tokens are believed.
type trustedFlags struct {
	Trusted []string `name:"trusted-issuers" env:"TRUSTED_ISSUERS" sep:";" help:"Issuers whose access tokens are believed, with ; between them, each as issuer|audience|address of its keys|algorithms with commas, and |JWT when its tokens have that typ rather than at+jwt."`
}

// open begins to read their keys, until ctx ends. An issuer that is away now may come back: that is no error.
func (f trustedFlags) open(ctx context.Context, ours []string, log *slog.Logger) (all []*auth.Trusted, err error) {
	for _, text := range f.Trusted {
		t, err := trust(text)
		if err != nil {
			return nil, err
		}
		if slices.Contains(ours, t.Issuer) {
			return nil, fmt.Errorf("TRUSTED_ISSUERS %q is this server itself, which believes its own tokens. Leave it out", t.Issuer)
		}
		if slices.ContainsFunc(all, func(other *auth.Trusted) bool { return other.Issuer == t.Issuer }) {
			return nil, fmt.Errorf("TRUSTED_ISSUERS names %q twice. Leave one of them out", t.Issuer)
		}
		t.Client, t.Now, t.Log = &http.Client{}, time.Now, log
		if err := t.Open(ctx); err != nil {
			return nil, fmt.Errorf("TRUSTED_ISSUERS %q: %w", t.Issuer, err)
		}
		all = append(all, t)
	}
	return all, nil
}

// trust reads one issuer.
func trust(text string) (*auth.Trusted, error) {
	part := strings.Split(strings.TrimSpace(text), "|")
	if len(part) == 4 {
		part = append(part, "at+jwt")
	}
	if len(part) != 5 || part[0] == "" || part[1] == "" {
		return nil, fmt.Errorf("TRUSTED_ISSUERS %q is not issuer|audience|address of its keys|algorithms. Write it like https://login.example.org|hearback|https://login.example.org/keys|ES256,RS256", text)
	}
	t := &auth.Trusted{Issuer: part[0], Audience: part[1], Keys: part[2], Algorithms: strings.Split(part[3], ","), Type: part[4]}
	for _, address := range []string{t.Issuer, t.Keys} {
		if u, err := url.Parse(address); err != nil || !safe(u) || u.User != nil || u.Fragment != "" {
			return nil, fmt.Errorf("TRUSTED_ISSUERS: %q must begin with https://, as it stands in its tokens", address)
		}
	}
	for _, a := range t.Algorithms {
		if !slices.Contains(auth.TrustedAlgorithms(), a) {
			return nil, fmt.Errorf("TRUSTED_ISSUERS: %q is not an algorithm that is believed; those are %s", a, strings.Join(auth.TrustedAlgorithms(), ", "))
		}
	}
	if !slices.Contains([]string{"at+jwt", "JWT"}, t.Type) {
		return nil, errors.New("TRUSTED_ISSUERS: the typ of its tokens is at+jwt or JWT, not " + t.Type)
	}
	return t, nil
}
