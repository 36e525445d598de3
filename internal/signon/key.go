package signon

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const assertionLife = time.Minute

// Key signs who we are to an issuer (private_key_jwt, RFC 7523 §3 and OpenID Connect Core §9).
type Key struct {
	signer jose.Signer
	public jose.JSONWebKey
}

// ParseKey reads a private key in PEM (PKCS #8, PKCS #1 or SEC 1: RSA of 2048 bits or more, P-256, Ed25519). An empty algorithm is the
// usual one of the key: RS256, ES256 or EdDSA. Its errors never show the key.
func ParseKey(data []byte, algorithm string) (*Key, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New("not a private key in PEM (-----BEGIN PRIVATE KEY-----)")
	}
	private, err := decode(block.Bytes)
	if err != nil {
		return nil, err
	}
	usual, err := usual(private)
	if err != nil {
		return nil, err
	}
	if algorithm == "" {
		algorithm = usual
	}
	return newKey(private, jose.SignatureAlgorithm(algorithm))
}

func decode(der []byte) (crypto.Signer, error) {
	if k, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if signer, ok := k.(crypto.Signer); ok {
			return signer, nil
		}
	}
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return k, nil
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return k, nil
	}
	return nil, errors.New("the private key cannot be read; openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 makes one")
}

func usual(private crypto.Signer) (string, error) {
	switch k := private.(type) {
	case *rsa.PrivateKey:
		if k.N.BitLen() >= 2048 {
			return string(jose.RS256), nil
		}
	case *ecdsa.PrivateKey:
		if k.Curve == elliptic.P256() {
			return string(jose.ES256), nil
		}
	case ed25519.PrivateKey:
		return string(jose.EdDSA), nil
	}
	return "", errors.New("the private key must be RSA of 2048 bits or more, P-256 or Ed25519")
}

func newKey(private crypto.Signer, algorithm jose.SignatureAlgorithm) (*Key, error) {
	public := jose.JSONWebKey{Key: private.Public(), Algorithm: string(algorithm), Use: "sig"}
	sum, err := public.Thumbprint(crypto.SHA256) // RFC 7638
	if err != nil {
		return nil, err
	}
	public.KeyID = base64.RawURLEncoding.EncodeToString(sum)
	signing := jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: private, KeyID: public.KeyID}}
	signer, err := jose.NewSigner(signing, (&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		return nil, fmt.Errorf("this key cannot sign with %q: %w", algorithm, err)
	}
	return &Key{signer, public}, nil
}

// JWKS is the public half of the key as a JWK Set (RFC 7517 §5), for the issuer to read.
func (k *Key) JWKS() ([]byte, error) {
	return json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{k.public}})
}

// assertion says for a minute, to one audience, that we are the client.
func (k *Key) assertion(client, audience string, now time.Time) (string, error) {
	return jwt.Signed(k.signer).Claims(jwt.Claims{
		Issuer: client, Subject: client, Audience: jwt.Audience{audience}, ID: rand.Text(),
		IssuedAt: jwt.NewNumericDate(now), NotBefore: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(assertionLife)),
	}).Serialize()
}
