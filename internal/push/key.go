package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
)

// Key says to push services who we are (VAPID). Devices are bound to it: with another one each of them has to subscribe again.
type Key struct{ public, private string }

// errKey is said of a file that holds something else; it never shows what.
var errKey = errors.New("push: not a private key of P-256 in PEM (-----BEGIN PRIVATE KEY-----)")

// ParseKey reads a private key of P-256 in PEM (PKCS #8).
func ParseKey(data []byte) (*Key, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errKey
	}
	return parseKey(block.Bytes)
}

func parseKey(der []byte) (*Key, error) {
	found, err := x509.ParsePKCS8PrivateKey(der)
	private, ok := found.(*ecdsa.PrivateKey)
	if err != nil || !ok || private.Curve != elliptic.P256() {
		return nil, errKey
	}
	secret, err := private.Bytes()
	if err != nil {
		return nil, errKey
	}
	point, err := private.PublicKey.Bytes()
	return &Key{base64.RawURLEncoding.EncodeToString(point), base64.RawURLEncoding.EncodeToString(secret)}, err
}
