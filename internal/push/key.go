package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
)

// Key says to push services who we are (VAPID). Devices are bound to it: with another one each of them has to subscribe again.
type Key struct{ public, private string }

// errKey is said of a file that holds something else; it never shows what.
var errKey = errors.New("push: not a private key of P-256 in PEM (-----BEGIN PRIVATE KEY-----)")

// OpenKey reads a private key of P-256 in PEM (PKCS #8), and makes one (mode 0600) when there is none. Several servers of one
// installation share it.
func OpenKey(path string) (*Key, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		data, err = makeKey(path)
	}
	if err != nil {
		return nil, err
	}
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
