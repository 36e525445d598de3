package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
)

// privateKey reads a file with a private key, and makes one of P-256 in PEM (PKCS #8, mode 0600) when there is none. Several
// servers of one installation share it.
func privateKey(path string) ([]byte, error) {
	if err := folder(path); err != nil {
		return nil, err
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return makeKey(path)
	}
	return data, err
}

// makeKey writes a new key beside its place and links it there whole, so that of several servers that begin at once all use the
// same one.
func makeKey(path string) ([]byte, error) {
	fresh, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(fresh)
	if err != nil {
		return nil, err
	}
	draft := path + "." + rand.Text()
	if err := os.WriteFile(draft, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		return nil, err
	}
	linked := os.Link(draft, path)
	if err := os.Remove(draft); err != nil || linked != nil && !errors.Is(linked, fs.ErrExist) {
		return nil, errors.Join(linked, err)
	}
	return os.ReadFile(path)
}
