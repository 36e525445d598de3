package auth_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"hearback/auth"
)

// clock is a time that only moves when a test says so.
type clock struct{ at time.Time }

func newClock() *clock { return &clock{time.Date(2026, 11, 22, 18, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time             { return c.at }
func (c *clock) pass(d time.Duration)       { c.at = c.at.Add(d) }
func (c *clock) unix(d time.Duration) int64 { return c.at.Add(d).Unix() }

func newKeys(t testing.TB, c *clock) *auth.Keyring {
	t.Helper()
	keys, err := auth.ParseKeyring(newSet(t), c.now)
	check(t, err)
	return keys
}

func newSet(t testing.TB) []byte {
	t.Helper()
	set, err := auth.GenerateKeySet(nil)
	check(t, err)
	return set
}

func newTokens(keys *auth.Keyring, c *clock) auth.Tokens {
	return auth.Tokens{Keys: keys, Issuer: "https://hearback.example", Audience: "hearback", Now: c.now}
}

// privateKey takes the signing key out of a private set, as a thief of the file would.
func privateKey(t testing.TB, set []byte) (kid string, private ed25519.PrivateKey) {
	t.Helper()
	var s struct{ Keys []struct{ Kid, D string } }
	check(t, json.Unmarshal(set, &s))
	seed, err := base64.RawURLEncoding.DecodeString(s.Keys[0].D)
	check(t, err)
	return s.Keys[0].Kid, ed25519.NewKeyFromSeed(seed)
}

// kids lists the key ids of the public set in order.
func kids(t testing.TB, keys *auth.Keyring) []string {
	t.Helper()
	data, err := keys.JWKS()
	check(t, err)
	var s struct{ Keys []struct{ Kid string } }
	check(t, json.Unmarshal(data, &s))
	ids := []string{}
	for _, k := range s.Keys {
		ids = append(ids, k.Kid)
	}
	return ids
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
