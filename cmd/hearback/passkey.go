package main

import (
	"errors"
	"fmt"
	"log/slog"

	"hearback/internal/passkey"
)

// passkeyFlags say as which domain devices know us; without one there are no passkeys.
type passkeyFlags struct {
	Domain  string   `name:"passkey-domain" env:"PASSKEY_DOMAIN" help:"The domain that passkeys of staff are made for, such as example.org; it can never be changed without losing them all."`
	Origins []string `name:"passkey-origins" env:"PASSKEY_ORIGINS" help:"Pages and apps on that domain that may use them, as https://app.example.org or android:apk-key-hash:…, with commas between them."`
}

// party makes the way in, or nil when none was asked for.
func (f passkeyFlags) party(log *slog.Logger) (*passkey.Party, error) {
	switch {
	case f.Domain == "" && len(f.Origins) == 0:
		return nil, nil
	case f.Domain == "":
		return nil, errors.New("PASSKEY_ORIGINS needs a domain. Set PASSKEY_DOMAIN=example.org, or leave both out")
	case len(f.Origins) == 0:
		return nil, fmt.Errorf("PASSKEY_DOMAIN needs to know which pages may use passkeys. Set PASSKEY_ORIGINS=https://%s", f.Domain)
	}
	p, err := passkey.New(f.Domain, f.Origins, log)
	if err != nil {
		return nil, fmt.Errorf("PASSKEY_DOMAIN and PASSKEY_ORIGINS: %w", err)
	}
	return p, nil
}

// letIn hangs the way in into the house, if there is one.
func (f passkeyFlags) letIn(h *house, log *slog.Logger) error {
	p, err := f.party(log)
	if p != nil {
		h.Flow.Passkeys = p
	}
	return err
}
