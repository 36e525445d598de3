package graph_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"log/slog"
	"strings"
	"testing"

	"github.com/descope/virtualwebauthn"

	"hearback/internal/passkey"
)

const (
	startsPasskey  = `mutation { passkeyRegisterStart { options userErrors { code message path } } }`
	makesPasskey   = `mutation($in: PasskeyRegisterFinishInput!) { passkeyRegisterFinish(input: $in) { passkey { id name } replayed userErrors { code message path } } }`
	startsEntering = `mutation { signInPasskeyStart { options userErrors { code message path } } }`
	enters         = `mutation($in: SignInPasskeyFinishInput!) { signInPasskeyFinish(input: $in)` + sessionFields
	myPasskeys     = `{ viewer { passkeys { totalCount nodes { id name createdAt lastUsedAt synced stoppedAt } } sessions { nodes { id passkey { id name } } } } }`
)

// authenticator is a real authenticator (descope/virtualwebauthn) and the page before it. Its fields can be turned into those of another.
type authenticator struct {
	t     testing.TB
	party virtualwebauthn.RelyingParty
	inner virtualwebauthn.Authenticator
	key   virtualwebauthn.Credential
}

// passkeysHere lets people sign in with passkeys of example.org on app.example.org.
func (s *stage) passkeysHere(t testing.TB) {
	p, err := passkey.New("example.org", []string{"https://app.example.org"}, slog.New(slog.NewTextHandler(&locked{w: s.log}, nil)))
	if err != nil {
		t.Fatal(err)
	}
	s.Flow.Passkeys = p
}

// newAuthenticator has a key of its own. The library writes numbers of a key without leading zeros, which no device does, so
// such a key is not taken.
func newAuthenticator(t testing.TB) *authenticator {
	for {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		point, err := key.PublicKey.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if point[1] == 0 || point[33] == 0 {
			continue
		}
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return &authenticator{
			t: t, party: virtualwebauthn.RelyingParty{ID: "example.org", Name: "Hearback", Origin: "https://app.example.org"},
			inner: virtualwebauthn.NewAuthenticator(), key: virtualwebauthn.NewCredentialWithImportedKey(virtualwebauthn.KeyTypeEC2, der),
		}
	}
}

// but is the same device with something turned.
func (d *authenticator) but(turn func(*authenticator)) *authenticator {
	other := *d
	turn(&other)
	return &other
}

// makes answers options to make a passkey.
func (d *authenticator) makes(options string) string {
	d.t.Helper()
	o, err := virtualwebauthn.ParseAttestationOptions(options)
	if err != nil {
		d.t.Fatal(err)
	}
	d.inner.Options.UserHandle = []byte(o.UserID)
	return virtualwebauthn.CreateAttestationResponse(d.party, d.inner, d.key, *o)
}

// signs answers options to sign in, and counts.
func (d *authenticator) signs(options string) string {
	d.t.Helper()
	o, err := virtualwebauthn.ParseAssertionOptions(options)
	if err != nil {
		d.t.Fatal(err)
	}
	d.key.Counter++
	return virtualwebauthn.CreateAssertionResponse(d.party, d.inner, d.key, *o)
}

// begins gives the options of a beginning.
func (p *person) begins(query string) string {
	p.t.Helper()
	name := strings.Fields(strings.TrimPrefix(query, "mutation { "))[0]
	return p.act(query, nil, name+".options").(string)
}

// registers begins to make a passkey and lets the device finish it.
func (p *person) registers(d *authenticator, name string) answer {
	p.t.Helper()
	return p.ask(makesPasskey, vars{"in": vars{"name": name, "credential": d.makes(p.begins(startsPasskey))}})
}

// with registers a device that does as it should, and gives the id of its passkey.
func (p *person) with(d *authenticator, name string) string {
	p.t.Helper()
	a := p.registers(d, name)
	if a.code() != "" {
		p.t.Fatalf("%s registers %s: %s", p.name, name, a.Body)
	}
	return a.at("passkeyRegisterFinish.passkey.id").(string)
}

// signsIn begins to sign in and lets the device finish it.
func (s *stage) signsIn(d *authenticator) answer {
	s.t.Helper()
	return s.nobody().ask(enters, vars{"in": vars{"credential": d.signs(s.nobody().begins(startsEntering))}})
}
