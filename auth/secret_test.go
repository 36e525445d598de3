package auth_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hearback/auth"
)

func TestSecretsHaveTheirShape(t *testing.T) {
	t.Parallel()
	for prefix, make := range map[string]func(io.Reader) (string, error){
		"hbr_": auth.NewRefreshToken, "hbi_": auth.NewInvitation,
	} {
		bits := bytes.Repeat([]byte{0xfb, 0xff}, 16)
		got, err := make(bytes.NewReader(bits))
		check(t, err)
		if want := prefix + base64.RawURLEncoding.EncodeToString(bits); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		one, err := make(nil)
		check(t, err)
		two, err := make(nil)
		check(t, err)
		if one == two || len(one) != 47 {
			t.Errorf("not random or not 47 long: %q, %q", one, two)
		}
	}
}

// Short randomness must never become a short secret.
func TestSecretsWithoutRandomness(t *testing.T) {
	t.Parallel()
	for name, make := range map[string]func(io.Reader) (string, error){
		"refresh token": auth.NewRefreshToken, "invitation": auth.NewInvitation,
		"recovery code": auth.NewRecoveryCode, "e-mail code": auth.NewEmailCode,
		"key": func(r io.Reader) (string, error) { set, err := auth.GenerateKeySet(r); return string(set), err },
	} {
		if got, err := make(strings.NewReader("x")); err == nil || got != "" {
			t.Errorf("%s from one byte: %q", name, got)
		}
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("hbr_x"))
	if got := auth.Hash("hbr_x"); got != hex.EncodeToString(sum[:]) {
		t.Errorf("Hash = %q", got)
	}
}

func TestEmailCodesAreEven(t *testing.T) {
	t.Parallel()
	first := map[byte]int{}
	for range 20_000 {
		code, err := auth.NewEmailCode(nil)
		check(t, err)
		if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
			t.Fatalf("not six digits: %q", code)
		}
		first[code[0]]++
	}
	for digit, n := range first {
		if n < 1700 || n > 2300 { // 2,000 expected; seven standard deviations either way
			t.Errorf("%d of 20,000 codes begin with %c", n, digit)
		}
	}
	code, err := auth.NewEmailCode(bytes.NewReader([]byte{0, 0, 42}))
	if err != nil || code != "000042" {
		t.Errorf("small numbers keep their zeros: %q, %v", code, err)
	}
}

func TestSealedCode(t *testing.T) {
	t.Parallel()
	keys := newKeys(t, newClock())
	sealed, err := keys.SealCode("att_1", "012345")
	check(t, err)
	for _, typed := range []string{"012345", "012 345", " 012-345 "} {
		if !keys.OpensCode(sealed, "att_1", typed) {
			t.Errorf("%q does not open it", typed)
		}
	}
	for _, typed := range []string{"012346", "12345", "0123450", "", "012345\x00", "O12345"} {
		if keys.OpensCode(sealed, "att_1", typed) {
			t.Errorf("%q opens it", typed)
		}
	}
	if keys.OpensCode(sealed, "att_2", "012345") || keys.OpensCode(sealed, "", "012345") {
		t.Error("the code of one attempt opens another")
	}
	id, seal, _ := strings.Cut(sealed, ":")
	other := newKeys(t, newClock())
	if other.OpensCode(sealed, "att_1", "012345") || other.OpensCode(kids(t, other)[0]+":"+seal, "att_1", "012345") {
		t.Error("the seal does not depend on the key")
	}
	for _, broken := range []string{"", ":", id, id + ":", "x:" + sealed, sealed + "0"} {
		if keys.OpensCode(broken, "att_1", "012345") || keys.OpensCode(broken, "att_1", "") {
			t.Errorf("the broken seal %q is opened", broken)
		}
	}
	if strings.Contains(sealed, "012345") {
		t.Error("the seal shows the code")
	}
}

func TestSealLastsThroughARotation(t *testing.T) {
	t.Parallel()
	c := newClock()
	keys, err := auth.OpenKeyring(filepath.Join(t.TempDir(), "keys.json"), c.now)
	check(t, err)
	sealed, err := keys.SealCode("att_1", "012345")
	check(t, err)
	check(t, keys.Rotate(time.Minute))
	if !keys.OpensCode(sealed, "att_1", "012345") {
		t.Error("a rotation spoilt the code that was just sent")
	}
	c.pass(2 * time.Minute)
	if keys.OpensCode(sealed, "att_1", "012345") {
		t.Error("the seal outlives its key")
	}
}
