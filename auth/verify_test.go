package auth_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"maps"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"hearback/auth"
)

// forger makes tokens that are right but for one thing. It even has the real key, so that what is tested is
// the one thing and not the signature.
type forger struct {
	t       testing.TB
	clock   *clock
	tokens  auth.Tokens
	kid     string
	private ed25519.PrivateKey
}

func newForger(t testing.TB) forger {
	c, set := newClock(), newSet(t)
	keys, err := auth.ParseKeyring(set, c.now)
	check(t, err)
	kid, private := privateKey(t, set)
	return forger{t, c, newTokens(keys, c), kid, private}
}

func (f forger) parts(change func(header, payload jwt.MapClaims)) (header, payload jwt.MapClaims) {
	header = jwt.MapClaims{"alg": "EdDSA", "typ": "at+jwt", "kid": f.kid}
	payload = jwt.MapClaims{
		"iss": "https://hearback.example", "aud": []string{"hearback"}, "sub": "per_mallory", "jti": "x",
		"iat": f.clock.unix(0), "nbf": f.clock.unix(0), "exp": f.clock.unix(10 * time.Minute),
		"sid": "ses_x", "scope": "experience:read",
	}
	if change != nil {
		change(header, payload)
	}
	return header, payload
}

// sign signs with the real key.
func (f forger) sign(change func(header, payload jwt.MapClaims)) string {
	return f.signBy(jwt.SigningMethodEdDSA, f.private, change)
}

func (f forger) signBy(method jwt.SigningMethod, key any, change func(header, payload jwt.MapClaims)) string {
	f.t.Helper()
	header, payload := f.parts(change)
	token := jwt.NewWithClaims(method, payload)
	alg := token.Header["alg"]
	token.Header = maps.Clone(map[string]any(header))
	if header["alg"] == "EdDSA" {
		token.Header["alg"] = alg
	}
	signed, err := token.SignedString(key)
	check(f.t, err)
	return signed
}

func (f forger) refuses(t *testing.T, token string) {
	t.Helper()
	claims, err := f.tokens.Verify(token)
	if !errors.Is(err, auth.ErrInvalid) || errors.Is(err, auth.ErrExpired) {
		t.Errorf("got %v, want ErrInvalid", err)
	}
	if claims.Person != "" || len(claims.Scopes) > 0 {
		t.Errorf("claims came with the refusal: %+v", claims)
	}
	if err != nil && len(err.Error()) > 300 {
		t.Errorf("the reason has %d characters", len(err.Error()))
	}
}

func TestForgerIsBelievedWhenAllIsRight(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	if _, err := f.tokens.Verify(f.sign(nil)); err != nil {
		t.Fatalf("the tests below prove nothing: %v", err)
	}
}

func TestHeaderIsChecked(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	_, other := privateKey(t, newSet(t))
	jwk := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(other[32:])}
	for story, change := range map[string]func(header, payload jwt.MapClaims){
		"typ missing":   func(h, _ jwt.MapClaims) { delete(h, "typ") },
		"typ JWT":       func(h, _ jwt.MapClaims) { h["typ"] = "JWT" },
		"typ a number":  func(h, _ jwt.MapClaims) { h["typ"] = 1 },
		"kid missing":   func(h, _ jwt.MapClaims) { delete(h, "kid") },
		"kid unknown":   func(h, _ jwt.MapClaims) { h["kid"] = "unknown" },
		"kid a path":    func(h, _ jwt.MapClaims) { h["kid"] = "../../../../dev/null" },
		"kid of SQL":    func(h, _ jwt.MapClaims) { h["kid"] = "' or '1'='1" },
		"kid a list":    func(h, _ jwt.MapClaims) { h["kid"] = []string{f.kid} },
		"kid long":      func(h, _ jwt.MapClaims) { h["kid"] = strings.Repeat("k", 2000) },
		"crit":          func(h, _ jwt.MapClaims) { h["crit"] = []string{"exp"} },
		"crit empty":    func(h, _ jwt.MapClaims) { h["crit"] = []string{} },
		"b64 false":     func(h, _ jwt.MapClaims) { h["b64"] = false },
		"zip":           func(h, _ jwt.MapClaims) { h["zip"] = "DEF" },
		"jwk":           func(h, _ jwt.MapClaims) { h["jwk"] = jwk },
		"jku":           func(h, _ jwt.MapClaims) { h["jku"] = "https://evil.example/jwks.json" },
		"x5u":           func(h, _ jwt.MapClaims) { h["x5u"] = "https://evil.example/cert.pem" },
		"x5c":           func(h, _ jwt.MapClaims) { h["x5c"] = []string{"MII="} },
		"long odd name": func(h, _ jwt.MapClaims) { h[strings.Repeat("n", 2000)] = 1 },
		"alg EDDSA":     func(h, _ jwt.MapClaims) { h["alg"] = "EDDSA" },
		"alg a list":    func(h, _ jwt.MapClaims) { h["alg"] = []string{"EdDSA"} },
		"alg missing":   func(h, _ jwt.MapClaims) { delete(h, "alg") },
		"alg null":      func(h, _ jwt.MapClaims) { h["alg"] = nil },
		"alg Ed25519":   func(h, _ jwt.MapClaims) { h["alg"] = "Ed25519" },
	} {
		t.Run(story, func(t *testing.T) { t.Parallel(); f.refuses(t, f.sign(change)) })
	}
}

func TestClaimsAreChecked(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	for story, change := range map[string]func(header, payload jwt.MapClaims){
		"iss missing":        func(_, p jwt.MapClaims) { delete(p, "iss") },
		"iss of another":     func(_, p jwt.MapClaims) { p["iss"] = "https://evil.example" },
		"iss with a slash":   func(_, p jwt.MapClaims) { p["iss"] = "https://hearback.example/" },
		"aud missing":        func(_, p jwt.MapClaims) { delete(p, "aud") },
		"aud of another":     func(_, p jwt.MapClaims) { p["aud"] = "another" },
		"aud empty":          func(_, p jwt.MapClaims) { p["aud"] = []string{} },
		"sub missing":        func(_, p jwt.MapClaims) { delete(p, "sub") },
		"sub a number":       func(_, p jwt.MapClaims) { p["sub"] = 7 },
		"jti missing":        func(_, p jwt.MapClaims) { delete(p, "jti") },
		"exp missing":        func(_, p jwt.MapClaims) { delete(p, "exp") },
		"exp a word":         func(_, p jwt.MapClaims) { p["exp"] = "tomorrow" },
		"exp too far":        func(_, p jwt.MapClaims) { p["exp"] = f.clock.unix(10*time.Minute + 6*time.Second) },
		"exp for ever":       func(_, p jwt.MapClaims) { p["exp"] = 253402300799 },
		"nbf missing":        func(_, p jwt.MapClaims) { delete(p, "nbf") },
		"nbf in the future":  func(_, p jwt.MapClaims) { p["nbf"] = f.clock.unix(6 * time.Second) },
		"iat missing":        func(_, p jwt.MapClaims) { delete(p, "iat") },
		"iat in the future":  func(_, p jwt.MapClaims) { p["iat"] = f.clock.unix(6 * time.Second) },
		"iat long ago":       func(_, p jwt.MapClaims) { p["iat"] = f.clock.unix(-time.Hour) },
		"run out, iat later": func(_, p jwt.MapClaims) { p["exp"], p["iat"] = f.clock.unix(-time.Hour), f.clock.unix(time.Hour) },
		"run out, no jti": func(_, p jwt.MapClaims) {
			p["exp"], p["iat"] = f.clock.unix(-60*time.Second), f.clock.unix(-120*time.Second)
			delete(p, "jti")
		},
	} {
		t.Run(story, func(t *testing.T) { t.Parallel(); f.refuses(t, f.sign(change)) })
	}
}

func TestSignatureIsChecked(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	public := f.private.Public().(ed25519.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(public)
	check(t, err)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	check(t, err)
	set, err := f.tokens.Keys.JWKS()
	check(t, err)
	_, foreign := privateKey(t, newSet(t))
	good := strings.Split(f.sign(nil), ".")
	hs := func(key []byte) string { return f.signBy(jwt.SigningMethodHS256, key, nil) }
	for story, token := range map[string]string{
		"alg none":                      f.signBy(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		"alg none, real signature":      f.raw(`{"alg":"none","typ":"at+jwt","kid":"`+f.kid+`"}`, good[1]) + "." + good[2],
		"alg None":                      f.raw(`{"alg":"None","typ":"at+jwt","kid":"`+f.kid+`"}`, good[1]) + ".",
		"HS256 with the public bytes":   hs(public),
		"HS256 with x":                  hs([]byte(base64.RawURLEncoding.EncodeToString(public))),
		"HS256 with the public PEM":     hs(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"HS256 with the public set":     hs(set),
		"HS256 with an empty key":       hs([]byte{}),
		"RS256":                         f.signBy(jwt.SigningMethodRS256, rsaKey, nil),
		"a foreign key under our kid":   f.signBy(jwt.SigningMethodEdDSA, foreign, nil),
		"no signature":                  good[0] + "." + good[1] + ".",
		"signature of zeros":            good[0] + "." + good[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 64)),
		"short signature":               good[0] + "." + good[1] + "." + good[2][:43],
		"signature of another payload":  good[0] + "." + f.encode(`{"sub":"per_admin"}`) + "." + good[2],
		"line break in the signature":   good[0] + "." + good[1] + "." + good[2][:9] + "\n" + good[2][9:],
		"padding":                       good[0] + "." + good[1] + "." + good[2] + "==",
		"loose last bits":               good[0] + "." + good[1] + "." + loosened(good[2]),
		"four parts":                    strings.Join(good, ".") + ".x",
		"five parts (encrypted)":        "a.b.c.d.e",
		"many dots":                     strings.Repeat(".", 4000),
		"too many dots":                 strings.Repeat(".", 1<<20),
		"600 KB":                        good[0] + "." + strings.Repeat("A", 600<<10) + "." + good[2],
		"600 KB, well signed":           f.sign(func(_, p jwt.MapClaims) { p["pad"] = strings.Repeat("x", 600<<10) }),
		"one byte over 4 KiB, signed":   f.signedOfLength(4097),
		"nothing":                       "",
		"not a token":                   "hello",
		"not base64":                    "%%%.%%%.%%%",
		"not JSON":                      f.encode("hello") + "." + f.encode("hello") + "." + good[2],
		"JSON null":                     f.encode("null") + "." + f.encode("null") + "." + good[2],
		"broken UTF-8 and NUL":          "\xff\x00.\xff.\x00",
		"with the word Bearer":          "Bearer " + strings.Join(good, "."),
		"JSON serialization (RFC 7515)": `{"payload":"` + good[1] + `","signatures":[{"protected":"` + good[0] + `","signature":"` + good[2] + `"}]}`,
	} {
		t.Run(story, func(t *testing.T) { t.Parallel(); f.refuses(t, token) })
	}
}

// The algorithm is ours to choose (RFC 8725 §3.1): others are refused for what they are, before a key is looked for.
func TestAlgorithmIsPinned(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	for _, token := range []string{
		f.signBy(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil),
		f.signBy(jwt.SigningMethodHS256, []byte("key"), func(h, _ jwt.MapClaims) { h["kid"] = "unknown" }),
	} {
		if _, err := f.tokens.Verify(token); !strings.Contains(err.Error(), "signing method") {
			t.Errorf("refused only because of: %v", err)
		}
	}
}

func TestKeyCannotBeEmbedded(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	_, own := privateKey(t, newSet(t))
	f.refuses(t, f.signBy(jwt.SigningMethodEdDSA, own, func(h, _ jwt.MapClaims) {
		h["jwk"] = map[string]any{"kty": "OKP", "crv": "Ed25519", "kid": f.kid, "x": base64.RawURLEncoding.EncodeToString(own[32:])}
	}))
}

func TestLongestTokenThatIsLookedAt(t *testing.T) {
	t.Parallel()
	f := newForger(t)
	if _, err := f.tokens.Verify(f.signedOfLength(4096)); err != nil {
		t.Errorf("4,096 bytes are refused: %v", err)
	}
}

// Huge tokens are refused before anything is decoded or copied.
func TestHugeTokensCostNothing(t *testing.T) {
	f := newForger(t)
	huge := strings.Repeat("A", 1<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 100 {
		_, _ = f.tokens.Verify(huge)
	}
	runtime.ReadMemStats(&after)
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 1<<20 {
		t.Errorf("a hundred tokens of 1 MiB cost %d bytes", bytes)
	}
}

func (f forger) encode(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

func (f forger) raw(header, payload string) string { return f.encode(header) + "." + payload }

// signedOfLength pads the payload until the whole token has the length.
func (f forger) signedOfLength(n int) string {
	f.t.Helper()
	for pad := 2500; pad < n; pad++ {
		token := f.sign(func(_, p jwt.MapClaims) { p["pad"] = strings.Repeat("x", pad) })
		if len(token) == n {
			return token
		}
	}
	f.t.Fatalf("no token has %d bytes", n)
	return ""
}

// loosened changes the unused bits of the last character, which a lenient decoder would overlook.
func loosened(signature string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, signature[len(signature)-1])
	return signature[:len(signature)-1] + string(alphabet[last+1])
}

func header(t testing.TB, token string) map[string]any {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[0])
	check(t, err)
	var h map[string]any
	check(t, json.Unmarshal(data, &h))
	return h
}

func FuzzVerify(f *testing.F) {
	forge := newForger(f)
	good := forge.sign(nil)
	for _, seed := range []string{
		good, good + ".", strings.ReplaceAll(good, ".", ""), "..", "a.b.c", "",
		forge.encode(`{"alg":"none"}`) + "." + forge.encode(`{"exp":1e999,"aud":[1]}`) + ".",
		forge.encode(`{"alg":"EdDSA","typ":"at+jwt","kid":"`+forge.kid+`"}`) + "." + forge.encode(`{"exp":-1e300,"aud":{"a":1}}`) + ".AA",
		good[:len(good)-1] + "\r\n", "\x00\xff", strings.Repeat(".", 5000),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		claims, err := forge.tokens.Verify(token)
		if token == good {
			check(t, err)
			return
		}
		if !errors.Is(err, auth.ErrInvalid) || claims.Person != "" {
			t.Fatalf("%q: %+v, %v; only the one signed token may pass", token, claims, err)
		}
	})
}
