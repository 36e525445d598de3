package workflow

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/signin"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/mail"
)

// The bounds of signing in by e-mail.
const (
	CodeLife     = 15 * time.Minute
	CodeTries    = 5
	CodesPerHour = 5
)

// SignInRequest sends a six-digit code to an address. Anybody may; the answer is the same for every address.
// Errors: Refusal, ErrMail; then nothing was kept.
func (f *Flow) SignInRequest(ctx context.Context, address string) (typeid.ID, error) {
	address, err := email(address)
	if err != nil {
		return "", err
	}
	code, err := auth.NewEmailCode(nil)
	if err != nil {
		return "", err
	}
	id := typeid.New(typeid.SignIn)
	sealed, err := f.Tokens.Keys.SealCode(string(id), code)
	if err != nil {
		return "", err
	}
	if _, err = write(rule.AsSystem(ctx, whySignIn), f, func(ctx context.Context, a *act) (*ent.SignIn, error) {
		if err := a.alone(ctx, "address "+address); err != nil {
			return nil, err
		}
		recent, err := a.SignIn.Query().Where(signin.Email(address), signin.CreatedAtGT(a.at.Add(-time.Hour))).Limit(CodesPerHour).All(ctx)
		if err == nil && len(recent) >= CodesPerHour {
			err = refuse(TooManyTries, "We have sent several codes to this address. Please wait an hour, or use one of them.", "email")
		}
		if err != nil {
			return nil, err
		}
		return a.SignIn.Create().SetID(id).SetCreatedAt(a.at).SetEmail(address).SetCodeHash(sealed).SetExpiresAt(a.at.Add(CodeLife)).Save(ctx)
	}); err != nil {
		return "", err
	}
	if err := f.Mail.Send(ctx, codeLetter(address, code)); err != nil {
		return "", errors.Join(ErrMail, err, f.DB.SignIn.DeleteOneID(id).Exec(rule.AsSystem(ctx, "a code that was not sent counts for nothing")))
	}
	return id, nil
}

// codeLetter says nothing that would tell a reader over the shoulder what it is about. The code comes first; there is no
// link, because programs that read mail open links (a code can only be typed by a person).
func codeLetter(to, code string) mail.Message {
	return mail.Message{
		To: to, Subject: "Your code: " + code,
		Text: fmt.Sprintf("%s\n\nType this code where you asked for it. It works once, for %d minutes.\nIf you did not ask for it, you need do nothing.\n", code, int(CodeLife.Minutes())),
	}
}

// email checks an address and folds it, so that one address is one person.
func email(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 {
		return "", refuse(Invalid, "This does not look like an e-mail address. Please type it again.", "email")
	}
	return s, nil
}

// SignInConfirm signs in with the code from the e-mail. Who is signed in without an address keeps everything and adds it.
// Anybody may. Errors: Refusal.
func (f *Flow) SignInConfirm(ctx context.Context, request typeid.ID, code string) (*Session, error) {
	ctx = rule.AsSystem(ctx, whySignIn)
	tried, err := f.try(ctx, request)
	if err != nil {
		return nil, err
	}
	if !f.Tokens.Keys.OpensCode(tried.CodeHash, string(request), code) {
		return nil, refuse(CodeRefused, "This code is not right. Please look at the newest e-mail again.", "code")
	}
	return write(ctx, f, func(ctx context.Context, a *act) (*Session, error) {
		used, err := a.SignIn.Update().Where(signin.ID(request), signin.UsedAtIsNil()).SetUsedAt(a.at).Save(ctx)
		if err != nil || used == 0 {
			return nil, firstOf(err, refuse(CodeRefused, "This code was used already. Please ask for a new one.", "code"))
		}
		if err := a.alone(ctx, "address "+tried.Email); err != nil {
			return nil, err
		}
		p, err := a.personOf(ctx, tried.Email)
		if err != nil {
			return nil, err
		}
		return f.open(ctx, a, p, auth.SessionScopes())
	})
}

// try counts a try in a transaction of its own, before the code is looked at: guessing many times at once does not help.
func (f *Flow) try(ctx context.Context, request typeid.ID) (*ent.SignIn, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.SignIn, error) {
		counted, err := a.SignIn.Update().Where(signin.ID(request), signin.UsedAtIsNil(), signin.ExpiresAtGT(a.at), signin.TriesLT(CodeTries)).AddTries(1).Save(ctx)
		if err != nil || counted == 0 {
			return nil, firstOf(err, a.whyNoTry(ctx, request))
		}
		return a.SignIn.Get(ctx, request)
	})
}

// whyNoTry tells a code that was guessed at too often from one that is used, too old or not there.
func (a *act) whyNoTry(ctx context.Context, request typeid.ID) error {
	guessed, err := a.SignIn.Query().Where(signin.ID(request), signin.UsedAtIsNil(), signin.ExpiresAtGT(a.at)).Exist(ctx)
	switch {
	case err != nil:
		return err
	case guessed:
		return refuse(TooManyTries, "This code was tried too often. Please ask for a new one.", "code")
	}
	return refuse(CodeRefused, "This code was used already or is too old. Please ask for a new one.", "code")
}

// personOf finds whose address it is: somebody known, the viewer who had none, or somebody new.
func (a *act) personOf(ctx context.Context, address string) (typeid.ID, error) {
	known, err := a.Person.Query().Where(person.Email(address)).Only(ctx)
	if err == nil {
		return known.ID, nil
	}
	if !ent.IsNotFound(err) {
		return "", err
	}
	if a.viewer.SignedIn() {
		n, err := a.Person.Update().Where(person.ID(typeid.ID(a.viewer.Person)), person.EmailIsNil()).SetEmail(address).Save(ctx)
		if err != nil || n == 1 {
			return typeid.ID(a.viewer.Person), err
		}
	}
	p, err := a.Person.Create().SetCreatedAt(a.at).SetEmail(address).Save(ctx)
	if err != nil {
		return "", err
	}
	return p.ID, nil
}

// firstOf is the first error that there is.
func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
