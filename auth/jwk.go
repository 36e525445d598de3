package auth

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// key is one Ed25519 key pair. The first key of a set signs; each other one verifies until its end.
type key struct {
	id      string // RFC 7638 thumbprint
	private ed25519.PrivateKey
	until   time.Time // zero: no end
}

// jwk is a key as RFC 7517 and RFC 8037 §2 write it. Our own file also uses "exp" (in seconds since 1970)
// for the end of a retired key; "d" and "exp" never appear in a public set.
type jwk struct {
	Type      string `json:"kty"`
	Curve     string `json:"crv"`
	Public    string `json:"x"`
	Private   string `json:"d,omitempty"`
	ID        string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	Until     int64  `json:"exp,omitempty"`
}

type jwks struct {
	Keys []jwk `json:"keys"`
}

// GenerateKeySet makes a private JWK Set with one new key, fit for the setting JWT_KEYS. It is a secret:
// whoever has it can sign in as anybody. A nil random means crypto/rand.
func GenerateKeySet(random io.Reader) ([]byte, error) {
	fresh, err := newKey(random)
	if err != nil {
		return nil, err
	}
	return encodeKeys([]key{fresh})
}

func newKey(random io.Reader) (key, error) {
	seed, err := read(random, ed25519.SeedSize)
	if err != nil {
		return key{}, err
	}
	private := ed25519.NewKeyFromSeed(seed)
	return key{id: thumbprint(private), private: private}, nil
}

// read takes n bytes from random, or from crypto/rand when random is nil.
func read(random io.Reader, n int) ([]byte, error) {
	if random == nil {
		random = rand.Reader
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(random, b); err != nil {
		return nil, fmt.Errorf("reading randomness: %w", err)
	}
	return b, nil
}

// thumbprint is the SHA-256 of the required members in their fixed order (RFC 7638 §3, RFC 8037 appendix A.3).
func thumbprint(private ed25519.PrivateKey) string {
	sum := sha256.Sum256([]byte(`{"crv":"Ed25519","kty":"OKP","x":"` + publicPart(private) + `"}`))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func publicPart(private ed25519.PrivateKey) string {
	return base64.RawURLEncoding.EncodeToString(private[ed25519.SeedSize:])
}

// public is the key as anybody may see it.
func (k key) public() jwk {
	return jwk{Type: "OKP", Curve: "Ed25519", Public: publicPart(k.private), ID: k.id, Use: "sig", Algorithm: "EdDSA"}
}

// valid tells whether the key may still verify.
func (k key) valid(now time.Time) bool { return k.until.IsZero() || now.Before(k.until) }

func encodeKeys(keys []key) ([]byte, error) {
	var set jwks
	for _, k := range keys {
		j := k.public()
		j.Private = base64.RawURLEncoding.EncodeToString(k.private.Seed())
		if !k.until.IsZero() {
			j.Until = k.until.Unix()
		}
		set.Keys = append(set.Keys, j)
	}
	return json.MarshalIndent(set, "", "  ")
}

// decodeKeys reads a private JWK Set. Its errors say which key is wrong and never show a key.
func decodeKeys(data []byte) ([]key, error) {
	var set jwks
	if err := json.Unmarshal(data, &set); err != nil {
		return nil, fmt.Errorf("not a JWK Set in JSON: %w", err)
	}
	keys, seen := make([]key, 0, len(set.Keys)), map[string]bool{}
	for i, j := range set.Keys {
		k, err := j.decode()
		if err == nil && seen[k.id] {
			err = errors.New("the same key stands there twice")
		}
		if err != nil {
			return nil, fmt.Errorf("key %d: %w", i+1, err)
		}
		keys, seen[k.id] = append(keys, k), true
	}
	if len(keys) == 0 || !keys[0].until.IsZero() {
		return nil, errors.New("the first key must be there and have no exp: it signs")
	}
	return keys, nil
}

func (j jwk) decode() (key, error) {
	if j.Type != "OKP" || j.Curve != "Ed25519" {
		return key{}, errors.New("kty must be OKP and crv Ed25519")
	}
	seed, err := base64.RawURLEncoding.Strict().DecodeString(j.Private)
	if err != nil || len(seed) != ed25519.SeedSize {
		return key{}, errors.New("d must be 32 bytes in base64url without padding")
	}
	private := ed25519.NewKeyFromSeed(seed)
	if j.Public != publicPart(private) {
		return key{}, errors.New("x is not the public half of d")
	}
	if id := thumbprint(private); j.ID != "" && j.ID != id {
		return key{}, fmt.Errorf("kid must be the RFC 7638 thumbprint %s", id)
	}
	return key{id: thumbprint(private), private: private, until: j.end()}, nil
}

func (j jwk) end() time.Time {
	if j.Until == 0 {
		return time.Time{}
	}
	return time.Unix(j.Until, 0)
}
