package auth

import (
	"errors"
	"hash/crc32"
	"io"
	"math/big"
	"strings"
)

// The secret of a machine: "hbt_", 256 random bits in 43 letters and digits, and a checksum of all that in 6.
const (
	serviceTokenPrefix = "hbt_"
	serviceTokenRandom = 43 // the digits of base 62 that 256 bits need
	serviceTokenSum    = 6  // and those that 32 bits need
	serviceTokenLength = len(serviceTokenPrefix) + serviceTokenRandom + serviceTokenSum
)

var errServiceToken = errors.New("not a service token: it is hbt_ and 49 letters and digits, of which the last six check the others")

// NewServiceToken makes the secret of a service token: "hbt_" and 49 letters and digits, the last six a checksum, so that
// secret scanners and CheckServiceToken tell it from a typing mistake without a database. Store its Hash.
func NewServiceToken(random io.Reader) (string, error) {
	b, err := read(random, 32)
	if err != nil {
		return "", err
	}
	body := serviceTokenPrefix + base62(new(big.Int).SetBytes(b), serviceTokenRandom)
	return body + checksum(body), nil
}

// IsServiceToken tells whether a bearer token is meant to be a service token, right or wrong. No JWT is: its header is the
// base64url of a JSON object and begins with "e".
func IsServiceToken(bearer string) bool { return strings.HasPrefix(bearer, serviceTokenPrefix) }

// CheckServiceToken refuses what cannot be a service token: another length, other signs, small letters for capital ones,
// a checksum that is not right. It says nothing of whether the token exists. The error never holds the token.
func CheckServiceToken(secret string) error {
	if len(secret) != serviceTokenLength || !IsServiceToken(secret) {
		return errServiceToken
	}
	end := len(secret) - serviceTokenSum
	if strings.ContainsFunc(secret[len(serviceTokenPrefix):end], notBase62) || secret[end:] != checksum(secret[:end]) {
		return errServiceToken
	}
	return nil
}

// checksum is the CRC-32 (IEEE) of a text in base 62. It finds mistakes and keeps nobody out: the hash in the database does.
func checksum(s string) string {
	return base62(big.NewInt(int64(crc32.ChecksumIEEE([]byte(s)))), serviceTokenSum)
}

// base62 writes a number with digits, small and capital letters, with zeros before it up to a width.
func base62(n *big.Int, width int) string {
	s := n.Text(62)
	return strings.Repeat("0", width-len(s)) + s
}

func notBase62(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
