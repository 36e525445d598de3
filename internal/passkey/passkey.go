// Package passkey asks people's devices to make passkeys and to sign with them, and tells which of their answers to believe
// (Web Authentication Level 3, https://www.w3.org/TR/webauthn-3/).
package passkey

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
	"github.com/go-webauthn/webauthn/webauthn"
)

// ErrRefused says that an answer of a device is not to be believed. Why, stands in the log.
var ErrRefused = errors.New("the answer of the device is not to be believed")

// Life is how long a device may take to answer.
const Life = 5 * time.Minute

// displayed is what devices call the installation.
const displayed = "Hearback"

// Party is us, as devices know us: a domain, and the pages and apps that may speak for it.
type Party struct {
	web *webauthn.WebAuthn
	log *slog.Logger
}

// New makes a party of a domain such as example.org, and origins such as https://app.example.org that are on it or below it, or
// android:apk-key-hash:… for an app. What is asked for is a discoverable credential, and that the device knows its user by a PIN,
// a finger or a face. Errors say what is wrong with which of the two.
func New(domain string, origins []string, log *slog.Logger) (*Party, error) {
	if err := protocol.ValidateRPID(domain); err != nil {
		return nil, fmt.Errorf("%q is not a domain: %w", domain, err)
	}
	config := &webauthn.Config{
		RPID: domain, RPDisplayName: displayed,
		AttestationPreference: protocol.PreferNoAttestation, // we ask for no make of device, so we need no proof of it
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: webauthn.TimeoutConfig{Timeout: Life}, Registration: webauthn.TimeoutConfig{Timeout: Life}},
		// Some password managers add outputs of their own. We ask for no extension and use the output of none.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	}
	for _, origin := range origins {
		if protocol.IsKnownOpaqueOrigin(origin) {
			config.RPOpaqueOrigins = append(config.RPOpaqueOrigins, origin)
			continue
		}
		if !below(origin, domain) {
			return nil, fmt.Errorf("%q is not a page on %s: it must be like https://%s, without a path", origin, domain, domain)
		}
		config.RPOrigins = append(config.RPOrigins, origin)
	}
	web, err := webauthn.New(config)
	if err != nil {
		return nil, err
	}
	return &Party{web, log}, nil
}

// below tells whether an origin is of a domain or what lies below it, and read by nobody on the way: HTTPS, or this machine.
func below(origin, domain string) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin {
		return false
	}
	host := u.Hostname()
	return (u.Scheme == "https" || u.Scheme == "http" && host == "localhost") && (host == domain || strings.HasSuffix(host, "."+domain))
}

// Credential is a passkey as we know it: the public half of its key, and whom the device signs for.
type Credential struct {
	ID, PublicKey, Handle    []byte
	Count                    uint32
	AAGUID                   string // the make of the device, as a UUID
	Transports               []string
	BackupEligible, BackedUp bool
}

// Offer is what a page hands to the browser as JSON, and the challenge in it: 32 random bytes in base64url. Keep its hash.
type Offer struct{ Options, Challenge string }

// algorithms are those with which a passkey may sign: all devices have one of them (§5.4, pubKeyCredParams).
func algorithms() []protocol.CredentialParameter {
	var all []protocol.CredentialParameter
	for _, a := range []webauthncose.COSEAlgorithmIdentifier{webauthncose.AlgES256, webauthncose.AlgEdDSA, webauthncose.AlgRS256} {
		all = append(all, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: a})
	}
	return all
}

// owner is whose passkeys these are, as devices know them.
type owner struct {
	handle []byte
	name   string
	has    []webauthn.Credential
}

func (o owner) WebAuthnID() []byte                         { return o.handle }
func (o owner) WebAuthnName() string                       { return o.name }
func (o owner) WebAuthnDisplayName() string                { return o.name }
func (o owner) WebAuthnCredentials() []webauthn.Credential { return o.has }

func (c Credential) record() webauthn.Credential {
	return webauthn.Credential{
		ID: c.ID, PublicKey: c.PublicKey, Transport: c.transports(), Flags: webauthn.CredentialFlags{UserPresent: true, UserVerified: true, BackupEligible: c.BackupEligible, BackupState: c.BackedUp},
		Authenticator: webauthn.Authenticator{SignCount: c.Count},
	}
}

func (c Credential) transports() []protocol.AuthenticatorTransport {
	var all []protocol.AuthenticatorTransport
	for _, t := range c.Transports {
		all = append(all, protocol.AuthenticatorTransport(t))
	}
	return all
}

// Make offers to make a passkey for somebody: a device shows them the name, and knows them by the handle of 64 random bytes. A
// device that has one of theirs already makes no other.
func (p *Party) Make(handle []byte, name string, has []Credential) (Offer, error) {
	var not []protocol.CredentialDescriptor
	for _, c := range has {
		not = append(not, protocol.CredentialDescriptor{Type: protocol.PublicKeyCredentialType, CredentialID: c.ID, Transport: c.transports()})
	}
	made, session, err := p.web.BeginRegistration(owner{handle: handle, name: name}, webauthn.WithExclusions(not), webauthn.WithCredentialParameters(algorithms()))
	if err != nil {
		return Offer{}, err
	}
	return offer(made.Response, session.Challenge)
}

// Ask offers to sign in with whatever passkey the device has for us.
func (p *Party) Ask() (Offer, error) {
	asked, session, err := p.web.BeginDiscoverableLogin()
	if err != nil {
		return Offer{}, err
	}
	return offer(asked.Response, session.Challenge)
}

func offer(options any, challenge string) (Offer, error) {
	text, err := json.Marshal(options)
	return Offer{string(text), challenge}, err
}
