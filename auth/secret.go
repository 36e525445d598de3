package auth

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"strings"
)

// The first letters of our secrets tell people and secret scanners what they have found.
const (
	refreshPrefix    = "hbr_"
	invitationPrefix = "hbi_"
	exportPrefix     = "hbx_"
)

// NewRefreshToken makes a refresh token: "hbr_" and 256 random bits in base64url. Like all makers here it
// takes a nil random for crypto/rand. Store its Hash.
func NewRefreshToken(random io.Reader) (string, error) { return newSecret(refreshPrefix, random) }

// NewInvitation makes a one-use code for a set-up or invitation link: "hbi_" and 256 random bits in base64url.
// Store its Hash.
func NewInvitation(random io.Reader) (string, error) { return newSecret(invitationPrefix, random) }

// NewExportSecret makes the one-use secret in the link to somebody's own data: "hbx_" and 256 random bits in base64url.
// Store its Hash.
func NewExportSecret(random io.Reader) (string, error) { return newSecret(exportPrefix, random) }

func newSecret(prefix string, random io.Reader) (string, error) {
	b, err := read(random, 32)
	if err != nil {
		return "", err
	}
	return prefix + base64.RawURLEncoding.EncodeToString(b), nil
}

// Hash is what is stored of a secret: its SHA-256 in 64 hex digits. It is meant for secrets that nobody can
// guess (refresh tokens, invitations, recovery codes in normal form), never for six digits or passwords.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// NewEmailCode makes a code of six digits, each of the million as likely as any other. Store what SealCode
// makes of it, let few attempts happen, and let it end soon.
func NewEmailCode(random io.Reader) (string, error) {
	if random == nil {
		random = rand.Reader
	}
	n, err := rand.Int(random, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("reading randomness: %w", err)
	}
	return fmt.Sprintf("%06d", n), nil
}

// SealCode makes what is stored of a six-digit code: an HMAC-SHA-256 under a key that is not in the database,
// so a stolen database gives no code away. `about` (the id of the attempt) ties it to one attempt:
// the same code for somebody else has another seal.
func (k *Keyring) SealCode(about, code string) (string, error) {
	signing := k.signing()
	seal, err := signing.seal(about, code)
	return signing.id + ":" + seal, err
}

// OpensCode tells, in constant time, whether the code that somebody typed is the one that was sealed for this
// attempt. Spaces and hyphens do not count. Seals outlast a rotation for as long as its overlap.
func (k *Keyring) OpensCode(sealed, about, typed string) bool {
	id, want, _ := strings.Cut(sealed, ":")
	held, ok := k.find(id)
	if !ok {
		return false
	}
	have, err := held.seal(about, strings.NewReplacer(" ", "", "-", "").Replace(typed))
	return err == nil && hmac.Equal([]byte(have), []byte(want))
}

// seal uses a key of its own, derived (RFC 5869) so that it has nothing to do with signatures.
func (k key) seal(about, code string) (string, error) {
	pepper, err := hkdf.Key(sha256.New, k.private.Seed(), nil, "hearback e-mail code", sha256.Size)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, pepper)
	fmt.Fprintf(mac, "%d:%s:%s", len(about), about, code)
	return hex.EncodeToString(mac.Sum(nil)), nil
}
