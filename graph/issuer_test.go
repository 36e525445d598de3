package graph_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"hearback/internal/signon"
)

const redirect = "https://app.example.org/signed-in"

// issuer is a real OpenID provider (zitadel/oidc) on loopback. It wants a client that signs with its own key, and PKCE.
type issuer struct {
	*storage.Storage
	*httptest.Server
	t        testing.TB
	client   jose.JSONWebKey
	guard    sync.Mutex
	twist    func(claims map[string]any) // changes what its ID tokens say; they are signed with its own key all the same
	sign     func(claims map[string]any) string
	asserted []string // the assertions that the client sent
	asked    int      // for tokens
	down     bool
}

// trust opens an issuer with two people, and lets the house sign people in there.
func (s *stage) trust(t testing.TB) *issuer {
	key := signingKey(t)
	i := &issuer{t: t, client: publicKey(t, key)}
	i.Storage = storage.NewStorage(staff{})
	i.Server = httptest.NewUnstartedServer(nil)
	address := "http://" + i.Listener.Addr().String()
	config := &op.Config{CryptoKey: sha256.Sum256([]byte(address)), CryptoKeyId: "one", CodeMethodS256: true, AuthMethodPrivateKeyJWT: true}
	provider, err := op.NewProvider(config, i, op.StaticIssuer(address), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	i.Config.Handler = i.before(provider)
	i.Start()
	t.Cleanup(i.Close)
	s.Flow.SignOn = &signon.Issuer{URL: address, ClientID: "hearback", Key: key, Redirects: []string{redirect, "org.example.app:/back"}, Client: i.Client(), Log: slog.New(slog.NewTextHandler(&locked{w: s.log}, nil))}
	return i
}

func signingKey(t testing.TB) *signon.Key {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	key, err := signon.ParseKey(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)}), "")
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// publicKey is the key as an issuer reads it at our address.
func publicKey(t testing.TB, key *signon.Key) jose.JSONWebKey {
	text, err := key.JWKS()
	var set jose.JSONWebKeySet
	if err := errors.Join(err, json.Unmarshal(text, &set)); err != nil {
		t.Fatal(err)
	}
	return set.Keys[0]
}

// staff are the people whom the issuer knows.
type staff struct{}

func (staff) GetUserByID(id string) *storage.User {
	return &storage.User{ID: id, Username: id, Password: "secret", Email: id + "@trust.example", EmailVerified: true}
}
func (s staff) GetUserByUsername(name string) *storage.User { return s.GetUserByID(name) }
func (staff) ExampleClientID() string                       { return "" }

// client is the house as the issuer knows it.
type client struct{ *storage.Client }

func (client) AuthMethod() oidc.AuthMethod { return oidc.AuthMethodPrivateKeyJWT }
func (client) LoginURL(id string) string   { return "/login?id=" + id }

func (i *issuer) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if id != "hearback" {
		return nil, errors.New("no such client")
	}
	return client{storage.WebClient(id, "", redirect, "org.example.app:/back")}, nil
}

func (i *issuer) GetKeyByIDAndClientID(_ context.Context, kid, id string) (*jose.JSONWebKey, error) {
	if id != "hearback" || kid != i.client.KeyID {
		return nil, errors.New("no such key")
	}
	return &i.client, nil
}

// CreateAuthRequest wants PKCE with S256 of everybody.
func (i *issuer) CreateAuthRequest(ctx context.Context, r *oidc.AuthRequest, user string) (op.AuthRequest, error) {
	if r.CodeChallenge == "" || r.CodeChallengeMethod != oidc.CodeChallengeMethodS256 {
		return nil, oidc.ErrInvalidRequest().WithDescription("PKCE is needed")
	}
	return i.Storage.CreateAuthRequest(ctx, r, user)
}

// before stands before the issuer: it is down, or its tokens say something else, when a story wants it so.
func (i *issuer) before(provider http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i.guard.Lock()
		defer i.guard.Unlock()
		if i.down {
			http.Error(w, "we are closed", http.StatusServiceUnavailable)
			return
		}
		if r.URL.Path != "/oauth/token" {
			provider.ServeHTTP(w, r)
			return
		}
		i.asked++
		i.note(r)
		answer := httptest.NewRecorder()
		provider.ServeHTTP(answer, r)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(i.twisted(answer.Body.Bytes()))
	})
}

func (i *issuer) note(r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	i.asserted = append(i.asserted, form.Get("client_assertion"))
}

func (i *issuer) twisted(answer []byte) []byte {
	var said map[string]any
	if err := json.Unmarshal(answer, &said); err != nil || said["id_token"] == nil || i.twist == nil && i.sign == nil {
		return answer
	}
	token, err := jwt.ParseSigned(said["id_token"].(string), []jose.SignatureAlgorithm{jose.RS256})
	claims := map[string]any{}
	if err := errors.Join(err, token.UnsafeClaimsWithoutVerification(&claims)); err != nil {
		i.t.Error(err)
	}
	if i.twist != nil {
		i.twist(claims)
	}
	said["id_token"] = i.signed(claims)
	answer, _ = json.Marshal(said)
	return answer
}

func (i *issuer) signed(claims map[string]any) string {
	if i.sign != nil {
		return i.sign(claims)
	}
	held, err := i.SigningKey(context.Background())
	if err != nil {
		i.t.Error(err)
	}
	key := jose.SigningKey{Algorithm: held.SignatureAlgorithm(), Key: jose.JSONWebKey{Key: held.Key(), KeyID: held.ID()}}
	return sealed(i.t, key, claims)
}

func sealed(t testing.TB, key jose.SigningKey, claims any) string {
	signer, err := jose.NewSigner(key, nil)
	if err != nil {
		t.Error(err)
		return ""
	}
	text, err := jwt.Signed(signer).Claims(claims).Serialize()
	if err != nil {
		t.Error(err)
	}
	return text
}

// visit is what a browser does: it opens the address, the person signs in, and the issuer sends the browser back.
func (i *issuer) visit(address, name string) url.Values {
	i.t.Helper()
	login := i.open(address)
	id := login.Query().Get("id")
	if err := i.CheckUsernamePassword(name, "secret", id); err != nil {
		i.t.Fatalf("%s at %s: %v", name, login, err)
	}
	back := i.open(i.URL + "/authorize/callback?id=" + id)
	if got := back.Scheme + "://" + back.Host + back.Path; got != redirect {
		i.t.Fatalf("the browser is sent to %s", back)
	}
	return back.Query()
}

// open asks for a page and gives where it leads.
func (i *issuer) open(address string) *url.URL {
	i.t.Helper()
	r, err := http.NewRequestWithContext(i.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		i.t.Fatal(err)
	}
	answer, err := i.Client().Transport.RoundTrip(r)
	if err != nil {
		i.t.Fatal(err)
	}
	defer answer.Body.Close()
	to, err := answer.Location()
	if err != nil {
		body, _ := io.ReadAll(answer.Body)
		i.t.Fatalf("%s is answered with %s %s", address, strconv.Itoa(answer.StatusCode), body)
	}
	return to
}

// unsigned is a token with alg none.
func unsigned(claims map[string]any) string {
	body, _ := json.Marshal(claims)
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + base64.RawURLEncoding.EncodeToString(body) + "."
}

// publicBytes are what everybody may read of the issuer's key, used as if they were a secret.
func (i *issuer) publicBytes(t testing.TB) []byte {
	held, err := i.SigningKey(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return x509.MarshalPKCS1PublicKey(&held.Key().(*rsa.PrivateKey).PublicKey)
}

func otherKey(t testing.TB) *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}
