package signon

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strings"
)

const prefix = "hbo_"

// Handshake is one sign-in at an issuer. It is a secret of the app that began it. State, nonce and the verifier of PKCE are
// derived from it, each with a key of its own (RFC 5869), so nothing of them is kept and who has one has none of the others.
type Handshake string

// NewHandshake begins a sign-in: "hbo_" and 256 random bits in base64url. Store its hash.
func NewHandshake() Handshake {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails (Go 1.24)
	return Handshake(prefix + base64.RawURLEncoding.EncodeToString(b))
}

// Plausible tells whether a text has the form of a handshake.
func (h Handshake) Plausible() bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(strings.TrimPrefix(string(h), prefix))
	return err == nil && len(b) == 32 && strings.HasPrefix(string(h), prefix)
}

// State travels through the browser, there and back.
func (h Handshake) State() string { return h.derived("state") }

// Matches tells whether a state that came back is the one that was sent.
func (h Handshake) Matches(state string) bool {
	return subtle.ConstantTimeCompare([]byte(h.State()), []byte(state)) == 1
}

func (h Handshake) nonce() string { return h.derived("nonce") }

// verifier has the 43 letters that RFC 7636 §4.1 asks for at least.
func (h Handshake) verifier() string { return h.derived("verifier") }

func (h Handshake) derived(what string) string {
	b, err := hkdf.Key(sha256.New, []byte(h), nil, "hearback sign-on "+what, sha256.Size)
	if err != nil {
		return "" // only for lengths that this is not
	}
	return base64.RawURLEncoding.EncodeToString(b)
}
