package passkey

import (
	"bytes"
	"errors"
	"log/slog"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/google/uuid"
)

// How many bytes a passkey may have: its id (§7.1, step 26) and its public key, such as RSA of 4096 bits.
const (
	MaxID  = 1023
	MaxKey = 1000
)

var errTooLarge = errors.New("its id or its key is too large")

// Made is what a device says that it made. Whether it is to be believed, Believe tells.
type Made struct {
	answer *protocol.ParsedCredentialCreationData
}

// Signed is what a device says that it signed. Whether it is to be believed, Check tells.
type Signed struct {
	answer *protocol.ParsedCredentialAssertionData
}

// ReadMade reads the JSON that PublicKeyCredential.toJSON() gives after a passkey was made (§5.1, RegistrationResponseJSON).
// Errors: ErrRefused.
func ReadMade(text string) (Made, error) {
	answer, err := protocol.ParseCredentialCreationResponseBytes([]byte(text))
	if err != nil {
		return Made{}, errors.Join(ErrRefused, err)
	}
	return Made{answer}, nil
}

// ReadSigned reads the JSON that PublicKeyCredential.toJSON() gives after a sign-in (§5.1, AuthenticationResponseJSON).
// Errors: ErrRefused.
func ReadSigned(text string) (Signed, error) {
	answer, err := protocol.ParseCredentialRequestResponseBytes([]byte(text))
	if err != nil {
		return Signed{}, errors.Join(ErrRefused, err)
	}
	return Signed{answer}, nil
}

// Challenge is the one that the device had before it, in base64url.
func (m Made) Challenge() string { return m.answer.Response.CollectedClientData.Challenge }

// Challenge is the one that the device signed, in base64url.
func (s Signed) Challenge() string { return s.answer.Response.CollectedClientData.Challenge }

// ID is which passkey it says to be.
func (s Signed) ID() []byte { return s.answer.RawID }

// Believe gives the passkey that was made for a handle, as an answer to a challenge of ours (§7.1). Errors: ErrRefused.
func (p *Party) Believe(m Made, challenge string, handle []byte) (*Credential, error) {
	session := webauthn.SessionData{Challenge: challenge, UserID: handle, UserVerification: protocol.VerificationRequired, CredParams: algorithms()}
	c, err := p.web.CreateCredential(owner{handle: handle}, session, m.answer)
	if err == nil && (len(c.ID) > MaxID || len(c.PublicKey) > MaxKey) {
		err = errTooLarge
	}
	if err != nil {
		return nil, p.refused(err)
	}
	kind, err := uuid.FromBytes(c.Authenticator.AAGUID)
	if err != nil {
		return nil, p.refused(err)
	}
	return &Credential{
		ID: c.ID, PublicKey: c.PublicKey, Handle: handle, Count: c.Authenticator.SignCount, AAGUID: kind.String(),
		Transports: known(c.Transport), BackupEligible: c.Flags.BackupEligible, BackedUp: c.Flags.BackupState,
	}, nil
}

// known are the transports that there are, each once: the rest of what a page says is dropped (§5.8.4).
func known(said []protocol.AuthenticatorTransport) (all []string) {
	for _, t := range []protocol.AuthenticatorTransport{protocol.USB, protocol.NFC, protocol.BLE, protocol.SmartCard, protocol.Hybrid, protocol.Internal} {
		if slices.Contains(said, t) {
			all = append(all, string(t))
		}
	}
	return all
}

// Check tells whether an answer to a challenge of ours was signed with a passkey, and gives the passkey as it is from now on. When
// its count did not go up, as when somebody copied it, copied is true and the passkey is given as it was (§7.2, step 22).
// Errors: ErrRefused.
func (p *Party) Check(s Signed, challenge string, c Credential) (after *Credential, copied bool, err error) {
	session := webauthn.SessionData{Challenge: challenge, UserVerification: protocol.VerificationRequired}
	find := func(id, handle []byte) (webauthn.User, error) {
		if !bytes.Equal(id, c.ID) {
			return nil, ErrRefused
		}
		return owner{handle: c.Handle, has: []webauthn.Credential{c.record()}}, nil
	}
	_, checked, err := p.web.ValidatePasskeyLogin(find, session, s.answer)
	switch {
	case err != nil:
		return nil, false, p.refused(err)
	case checked.Authenticator.CloneWarning:
		return &c, true, nil
	}
	c.Count, c.BackedUp = checked.Authenticator.SignCount, checked.Flags.BackupState
	return &c, false, nil
}

// longest is how much of a reason goes into the log: a page may have written it.
const longest = 300

// refused writes down why an answer is not believed, and says no more than that it is not.
func (p *Party) refused(err error) error {
	why, more := err.Error(), ""
	if said := new(protocol.Error); errors.As(err, &said) {
		why, more = said.Details, said.DevInfo
	}
	p.log.Warn("an answer with a passkey was refused", slog.String("why", why[:min(len(why), longest)]), slog.String("more", more[:min(len(more), longest)]))
	return ErrRefused
}
