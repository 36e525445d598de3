package auth_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hearback/auth"
)

// The key pair of RFC 8037 appendix A.1 and its thumbprint of A.3.
const (
	rfcX   = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
	rfcD   = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
	rfcKid = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
)

func TestThumbprintOfTheRFC(t *testing.T) {
	t.Parallel()
	keys, err := auth.ParseKeyring([]byte(`{"keys":[{"kty":"OKP","crv":"Ed25519","d":"`+rfcD+`","x":"`+rfcX+`"}]}`), nil)
	check(t, err)
	if got := kids(t, keys); !slices.Equal(got, []string{rfcKid}) {
		t.Errorf("kid = %q, want %q", got, rfcKid)
	}
}

func TestBrokenKeySets(t *testing.T) {
	t.Parallel()
	good := `{"kty":"OKP","crv":"Ed25519","d":"` + rfcD + `","x":"` + rfcX + `"}`
	for story, set := range map[string]string{
		"empty":              ``,
		"a file name":        `/etc/hearback/keys.json`,
		"no keys":            `{"keys":[]}`,
		"wrong type":         `{"keys":[{"kty":"RSA","crv":"Ed25519","d":"` + rfcD + `","x":"` + rfcX + `"}]}`,
		"wrong curve":        `{"keys":[{"kty":"OKP","crv":"X25519","d":"` + rfcD + `","x":"` + rfcX + `"}]}`,
		"public only":        `{"keys":[{"kty":"OKP","crv":"Ed25519","x":"` + rfcX + `"}]}`,
		"short d":            `{"keys":[{"kty":"OKP","crv":"Ed25519","d":"nWGx","x":"` + rfcX + `"}]}`,
		"x of another key":   `{"keys":[{"kty":"OKP","crv":"Ed25519","d":"` + rfcD + `","x":"` + rfcD + `"}]}`,
		"kid of another key": `{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"one","d":"` + rfcD + `","x":"` + rfcX + `"}]}`,
		"twice the same":     `{"keys":[` + good + `,` + good + `]}`,
		"signing key ends":   `{"keys":[` + strings.Replace(good, `{`, `{"exp":1,`, 1) + `]}`,
		"rest after the set": `{"keys":[` + good + `]} {}`,
	} {
		keys, err := auth.ParseKeyring([]byte(set), nil)
		if err == nil || keys != nil {
			t.Errorf("%s: was taken", story)
		} else if strings.Contains(err.Error(), rfcD) {
			t.Errorf("%s: the error shows the private key: %v", story, err)
		}
	}
}

func TestKeyFileIsMadeOnce(t *testing.T) {
	t.Parallel()
	c, path := newClock(), filepath.Join(t.TempDir(), "new", "keys.json")
	rings, wait := make([]*auth.Keyring, 8), sync.WaitGroup{}
	for i := range rings {
		wait.Go(func() {
			ring, err := auth.OpenKeyring(path, c.now)
			if err != nil {
				t.Error(err)
			}
			rings[i] = ring
		})
	}
	wait.Wait()
	for _, ring := range rings {
		if !slices.Equal(kids(t, ring), kids(t, rings[0])) {
			t.Error("servers that started together made different keys")
		}
	}
	info, err := os.Stat(path)
	check(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %o", info.Mode().Perm())
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".keys-*"))
	check(t, err)
	if len(left) > 0 {
		t.Errorf("half-written files were left: %q", left)
	}
}

func TestKeyFileThatIsWrong(t *testing.T) {
	t.Parallel()
	open, broken := filepath.Join(t.TempDir(), "open"), filepath.Join(t.TempDir(), "broken")
	check(t, os.WriteFile(open, newSet(t), 0o600))
	check(t, os.Chmod(open, 0o604))
	check(t, os.WriteFile(broken, []byte(`{"keys":[{"kty`), 0o600))
	for path, says := range map[string]string{open: "chmod 600", broken: broken, "": "file name"} {
		_, err := auth.OpenKeyring(path, nil)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: got %v, want something about %q", path, err, says)
		}
	}
	if data, _ := os.ReadFile(broken); string(data) != `{"keys":[{"kty` {
		t.Error("a broken file was written over: its keys could have been mended")
	}
}

func TestRotationAcrossServers(t *testing.T) {
	t.Parallel()
	c, path := newClock(), filepath.Join(t.TempDir(), "keys.json")
	one, err := auth.OpenKeyring(path, c.now)
	check(t, err)
	two, err := auth.OpenKeyring(path, c.now)
	check(t, err)
	before, _, err := newTokens(one, c).Issue(auth.Claims{Person: "per_a"})
	check(t, err)
	first := kids(t, one)[0]

	c.pass(2 * time.Second)
	check(t, one.Rotate(3*time.Minute))
	after, _, err := newTokens(one, c).Issue(auth.Claims{Person: "per_a"})
	check(t, err)
	second := kids(t, one)[0]
	if first == second || !slices.Equal(kids(t, one), []string{second, first}) {
		t.Fatalf("want a new key in front of %q, got %q", first, kids(t, one))
	}
	for story, token := range map[string]string{"old": before, "new": after} {
		if _, err := newTokens(two, c).Verify(token); err != nil {
			t.Errorf("the other server refuses the %s token: %v", story, err)
		}
	}
	if !slices.Equal(kids(t, two), []string{second, first}) {
		t.Errorf("the other server did not follow: %q", kids(t, two))
	}

	c.pass(3*time.Minute + time.Second)
	for story, ring := range map[string]*auth.Keyring{"one": one, "two": two} {
		if _, err := newTokens(ring, c).Verify(before); err == nil {
			t.Errorf("server %s takes a key whose overlap is over", story)
		}
		if _, err := newTokens(ring, c).Verify(after); err != nil {
			t.Errorf("server %s refuses the new key: %v", story, err)
		}
		if !slices.Equal(kids(t, ring), []string{second}) {
			t.Errorf("server %s still shows the old key", story)
		}
	}
	check(t, two.Rotate(time.Minute))
	if n := privateKeysIn(t, path); n != 2 {
		t.Errorf("the file holds %d private keys, want the new one and the one before", n)
	}
}

// A server that only signs never meets an unknown key, and still follows.
func TestSigningFollowsARotation(t *testing.T) {
	t.Parallel()
	c, path := newClock(), filepath.Join(t.TempDir(), "keys.json")
	one, err := auth.OpenKeyring(path, c.now)
	check(t, err)
	two, err := auth.OpenKeyring(path, c.now)
	check(t, err)
	check(t, one.Rotate(time.Minute))
	c.pass(10 * time.Second)
	token, _, err := newTokens(two, c).Issue(auth.Claims{Person: "per_a"})
	check(t, err)
	if got := header(t, token)["kid"]; got != kids(t, one)[0] {
		t.Errorf("signs with %v ten seconds after the rotation", got)
	}
}

func privateKeysIn(t testing.TB, path string) int {
	t.Helper()
	data, err := os.ReadFile(path)
	check(t, err)
	return bytes.Count(data, []byte(`"d"`))
}

func TestRotationAtOnce(t *testing.T) {
	t.Parallel()
	c, path := newClock(), filepath.Join(t.TempDir(), "keys.json")
	one, err := auth.OpenKeyring(path, c.now)
	check(t, err)
	two, err := auth.OpenKeyring(path, c.now)
	check(t, err)
	check(t, one.Rotate(time.Hour))
	stolen, _, err := newTokens(one, c).Issue(auth.Claims{Person: "per_a"})
	check(t, err)
	c.pass(time.Second)
	if _, err := newTokens(two, c).Verify(stolen); err != nil {
		t.Fatalf("the token does not work even before the rotation: %v", err)
	}
	check(t, one.Rotate(0))
	if _, err := newTokens(one, c).Verify(stolen); err == nil {
		t.Error("a token of the stolen key still works where it was rotated")
	}
	c.pass(10 * time.Second)
	if _, err := newTokens(two, c).Verify(stolen); err == nil {
		t.Error("a token of the stolen key still works elsewhere after ten seconds")
	}
	if got := kids(t, two); len(got) != 1 || !slices.Equal(got, kids(t, one)) {
		t.Errorf("want the one new key everywhere, got %q", got)
	}
	if n := privateKeysIn(t, path); n != 1 {
		t.Errorf("the file holds %d private keys, want the new one", n)
	}
}

func TestUnknownKeysDoNotKeepTheDiskBusy(t *testing.T) {
	t.Parallel()
	c, path := newClock(), filepath.Join(t.TempDir(), "keys.json")
	one, err := auth.OpenKeyring(path, c.now)
	check(t, err)
	two, err := auth.OpenKeyring(path, c.now)
	check(t, err)
	check(t, one.Rotate(time.Hour))
	fresh, _, err := newTokens(one, c).Issue(auth.Claims{Person: "per_a"})
	check(t, err)
	if _, err := newTokens(two, c).Verify(fresh); err == nil {
		t.Error("the file was read again within a second")
	}
	c.pass(time.Second)
	if _, err := newTokens(two, c).Verify(fresh); err != nil {
		t.Errorf("the file was not read again after a second: %v", err)
	}
}

func TestKeyFileGoesAway(t *testing.T) {
	t.Parallel()
	c, path := newClock(), filepath.Join(t.TempDir(), "keys.json")
	ring, err := auth.OpenKeyring(path, c.now)
	check(t, err)
	check(t, os.WriteFile(path, []byte("half a fi"), 0o600))
	c.pass(time.Hour)
	token, _, err := newTokens(ring, c).Issue(auth.Claims{Person: "per_a"})
	check(t, err)
	if _, err := newTokens(ring, c).Verify(token); err != nil {
		t.Errorf("everybody is turned away because the disk has trouble: %v", err)
	}
	if ring.Reload() == nil {
		t.Error("Reload does not tell of the trouble")
	}
	if ring.Rotate(time.Hour) == nil {
		t.Error("a broken file was rotated")
	}
}

func TestRotateSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	c := newClock()
	if err := newKeys(t, c).Rotate(time.Hour); err == nil || !strings.Contains(err.Error(), "JWT_KEYS") {
		t.Errorf("keys of the environment: %v", err)
	}
	ring, err := auth.OpenKeyring(filepath.Join(t.TempDir(), "keys.json"), c.now)
	check(t, err)
	if ring.Rotate(-time.Second) == nil {
		t.Error("a negative overlap was taken")
	}
}

func TestKeyringTogether(t *testing.T) {
	t.Parallel()
	ring, err := auth.OpenKeyring(filepath.Join(t.TempDir(), "keys.json"), nil)
	check(t, err)
	tokens, wait := auth.Tokens{Keys: ring, Issuer: "i", Audience: "a"}, sync.WaitGroup{}
	for range 8 {
		wait.Go(func() {
			token, _, err := tokens.Issue(auth.Claims{Person: "per_a"})
			if err == nil {
				_, err = tokens.Verify(token)
			}
			if err = errors.Join(err, ring.Rotate(time.Hour), ring.Reload()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if n := len(kids(t, ring)); n != 9 {
		t.Errorf("eight rotations at once left %d keys, want 9", n)
	}
}

func TestJWKSHandler(t *testing.T) {
	t.Parallel()
	handler := auth.JWKSHandler(newKeys(t, newClock()))
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("GET", "/.well-known/jwks.json", nil))
	if got := answer.Header().Get("Content-Type"); answer.Code != 200 || got != "application/jwk-set+json" {
		t.Errorf("status %d, type %q", answer.Code, got)
	}
	if got := answer.Header().Get("Cache-Control"); !strings.Contains(got, "max-age=") {
		t.Errorf("Cache-Control = %q", got)
	}
	var set struct{ Keys []map[string]any }
	check(t, json.Unmarshal(answer.Body.Bytes(), &set))
	for member := range set.Keys[0] {
		if !slices.Contains([]string{"kty", "crv", "x", "kid", "use", "alg"}, member) {
			t.Errorf("the public set shows %q", member)
		}
	}
	answer = httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("POST", "/.well-known/jwks.json", nil))
	if answer.Code != http.StatusMethodNotAllowed || answer.Header().Get("Allow") == "" {
		t.Errorf("POST: status %d", answer.Code)
	}
}
