package workflow

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/identity"
	"hearback/ent/generated/ent/passkey"
	"hearback/ent/generated/ent/person"
	"hearback/ent/generated/ent/signon"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	door "hearback/internal/signon"
)

// SignOnLife is how long somebody may take to sign in at the issuer.
const SignOnLife = 10 * time.Minute

// ErrSignOn says that the issuer of the single sign-on does not answer just now.
var ErrSignOn = errors.New("the single sign-on does not answer just now")

// SingleSignOn is the issuer where people sign in. Its errors wrap ErrRefused or ErrAway of internal/signon.
type SingleSignOn interface {
	Name() string
	Redirect(asked string) (string, bool)
	Begin(ctx context.Context, h door.Handshake, redirect string) (address string, err error)
	Finish(ctx context.Context, h door.Handshake, redirect, code, named string) (subject string, err error)
}

// noSignOn is said where no issuer was set up.
func noSignOn() error {
	return refuse(NotNow, "There is no single sign-on here. Please sign in another way.")
}

// SignInOidcStart begins to sign in at the issuer: the address to open in the browser, and a secret that the app keeps to itself
// and gives back to SignInOidcFinish. Who is signed in will add the identity to themselves. Anybody may. Errors: Refusal, ErrSignOn.
func (f *Flow) SignInOidcStart(ctx context.Context, redirect string) (address, secret string, err error) {
	if f.SignOn == nil {
		return "", "", noSignOn()
	}
	redirect, ok := f.SignOn.Redirect(redirect)
	if !ok {
		return "", "", refuse(Invalid, "This address was not agreed on with the single sign-on. Leave it out, or ask whoever runs Hearback to add it, letter by letter.", "redirectUri")
	}
	h := door.NewHandshake()
	address, err = f.SignOn.Begin(ctx, h, redirect)
	if err != nil {
		return "", "", errors.Join(ErrSignOn, err)
	}
	me := typeid.ID(auth.FromContext(ctx).Person)
	_, err = write(rule.AsSystem(ctx, whySignIn), f, func(ctx context.Context, a *act) (*ent.SignOn, error) {
		return a.SignOn.Create().SetCreatedAt(a.at).SetSecretHash(auth.Hash(string(h))).SetRedirect(redirect).
			SetNillablePersonID(me.OrNil()).SetExpiresAt(a.at.Add(SignOnLife)).Save(ctx)
	})
	return address, string(h), err
}

// SignOnAnswer is what the issuer sent back through the browser, with the secret that the app kept.
type SignOnAnswer struct{ Secret, State, Code, Issuer string }

// SignInOidcFinish signs in who the issuer names. Who it names for the first time is somebody new, without a role; who was
// signed in from the beginning is given the identity. Each beginning ends once, also when it ends badly. Anybody may.
// Errors: Refusal, ErrSignOn.
func (f *Flow) SignInOidcFinish(ctx context.Context, in SignOnAnswer) (*Session, error) {
	if f.SignOn == nil {
		return nil, noSignOn()
	}
	ctx, h := rule.AsSystem(ctx, whySignIn), door.Handshake(in.Secret)
	begun, err := f.takeUp(ctx, h)
	if err != nil {
		return nil, err
	}
	if !h.Matches(in.State) {
		return nil, refuse(CodeRefused, "This answer belongs to another sign-in. Please begin again.", "state")
	}
	subject, err := f.SignOn.Finish(ctx, h, begun.Redirect, in.Code, in.Issuer)
	switch {
	case errors.Is(err, door.ErrAway):
		return nil, errors.Join(ErrSignOn, err)
	case err != nil:
		return nil, firstOf(ctx.Err(), refuse(CodeRefused, "The single sign-on did not sign you in. Please begin again.", "code"))
	}
	return write(ctx, f, func(ctx context.Context, a *act) (*Session, error) {
		p, err := a.personAt(ctx, f.SignOn.Name(), subject)
		if err != nil {
			return nil, err
		}
		return f.open(ctx, a, p, auth.SessionScopes())
	})
}

// takeUp uses up what was begun, in a transaction of its own and before the issuer is asked: two at once cannot both go on. It
// ends for the person who began it, signed in or not.
func (f *Flow) takeUp(ctx context.Context, h door.Handshake) (*ent.SignOn, error) {
	again := refuse(CodeRefused, "This sign-in was used, has run out, or began somewhere else. Please begin again.", "request")
	if !h.Plausible() {
		return nil, again
	}
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.SignOn, error) {
		mine := signon.PersonIDIsNil()
		if a.viewer.SignedIn() {
			mine = signon.PersonID(typeid.ID(a.viewer.Person))
		}
		begun, err := hold(a, a.SignOn.Query().Where(signon.SecretHash(auth.Hash(string(h))), signon.UsedAtIsNil(), signon.ExpiresAtGT(a.at), mine)).Only(ctx)
		if ent.IsNotFound(err) {
			return nil, again
		}
		if err != nil {
			return nil, err
		}
		return begun.Update().SetUsedAt(a.at).Save(ctx)
	})
}

// personAt finds whom an issuer names: somebody known, the viewer if nobody is, or somebody new.
func (a *act) personAt(ctx context.Context, issuer, subject string) (typeid.ID, error) {
	hash := SubjectHash(issuer, subject)
	if err := a.alone(ctx, "identity "+hash); err != nil {
		return "", err
	}
	known, err := a.Identity.Query().Where(identity.SubjectHash(hash)).Only(ctx)
	me := typeid.ID(a.viewer.Person)
	switch {
	case err == nil && me != "" && me != known.PersonID:
		return "", refuse(Conflict, "This sign-in belongs to another account here. Sign out first to use that one.", "code")
	case err == nil:
		return known.PersonID, nil
	case !ent.IsNotFound(err):
		return "", err
	}
	if me == "" {
		p, err := a.Person.Create().SetCreatedAt(a.at).Save(ctx)
		if err != nil {
			return "", err
		}
		me = p.ID
	}
	return me, a.Identity.Create().SetCreatedAt(a.at).SetPersonID(me).SetIssuer(issuer).SetSubjectHash(hash).Exec(ctx)
}

// IdentityRemove takes away an account elsewhere with which the viewer signs in: its tokens stop working at once. The last way in
// stays. Errors: ErrSignIn, ErrNotFound, Refusal.
func (f *Flow) IdentityRemove(ctx context.Context, id typeid.ID) error {
	_, err := write(rule.AsSystem(ctx, "people take away their own ways in"), f, func(ctx context.Context, a *act) (int, error) {
		me, err := a.myself(ctx)
		if err != nil {
			return 0, err
		}
		theirs, err := a.Identity.Query().Where(identity.ID(id), identity.PersonID(me.ID)).Only(ctx)
		if ent.IsNotFound(err) {
			return 0, ErrNotFound
		}
		if err == nil {
			err = a.anotherWayIn(ctx, me.ID, theirs.ID, "identityId")
		}
		if err != nil {
			return 0, err
		}
		return 1, a.Identity.DeleteOne(theirs).Exec(ctx)
	})
	return err
}

// anotherWayIn refuses to take away the only thing with which somebody can sign in.
func (a *act) anotherWayIn(ctx context.Context, who, without typeid.ID, path string) error {
	ways := []func() (bool, error){
		func() (bool, error) {
			return a.Person.Query().Where(person.ID(who), person.Or(person.EmailNotNil(), person.RecoveryHashNotNil())).Exist(ctx)
		},
		func() (bool, error) {
			return a.Identity.Query().Where(identity.PersonID(who), identity.IDNEQ(without)).Exist(ctx)
		},
		func() (bool, error) {
			return a.Passkey.Query().Where(passkey.PersonID(who), passkey.IDNEQ(without), passkey.StoppedAtIsNil()).Exist(ctx)
		},
	}
	for _, way := range ways {
		if there, err := way(); err != nil || there {
			return err
		}
	}
	return refuse(NotNow, "You would have no way to sign in any more. Please add another one first, such as an e-mail address.", path)
}

// IdentityUse finds whom an issuer elsewhere names, for whoever comes in with its access token: somebody who has signed in here
// with that account before. The identity stands for a session: without it the door is shut. Errors: auth.ErrStranger.
func (f *Flow) IdentityUse(ctx context.Context, who auth.Stranger) (auth.Claims, error) {
	known, err := f.DB.Identity.Query().Where(identity.SubjectHash(SubjectHash(who.Issuer, who.Subject))).
		Only(rule.AsSystem(ctx, "who is asking must be known before any rule can be asked"))
	if ent.IsNotFound(err) {
		return auth.Claims{}, auth.ErrStranger
	}
	if err != nil {
		return auth.Claims{}, err
	}
	return auth.Claims{Person: string(known.PersonID), Session: string(known.ID)}, nil
}

// SubjectHash is what is kept of the name that an issuer has for somebody. Two issuers' names never meet.
func SubjectHash(issuer, subject string) string {
	return auth.Hash(fmt.Sprintf("%d:%s:%s", len(issuer), issuer, subject))
}
