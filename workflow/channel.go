package workflow

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/channel"
	"hearback/ent/rule"
	"hearback/ent/typeid"
	"hearback/internal/push"
)

// Pusher takes a word to a device. Its errors hold no address, so that they can be logged.
type Pusher interface {
	Check(push.Device) error
	Send(ctx context.Context, to push.Device, payload []byte) error
	PublicKey() string
}

// MaxChannels is how many ways of being told somebody can have.
const MaxChannels = 20

// Device is where a device is reached; the zero Device is none.
type Device = push.Device

// ChannelDraft is a way in which somebody wants to be told of steps.
type ChannelDraft struct {
	Kind  channel.Kind
	Wants []NewsGroup
	Push  Device // for a device
}

// ChannelOpen opens a way to tell the viewer of what comes from now on, or changes what is wanted by it: e-mail is there once, and each
// device. Anybody who is signed in. Errors: ErrSignIn, Refusal.
func (f *Flow) ChannelOpen(ctx context.Context, d ChannelDraft) (*ent.Channel, error) {
	if err := f.mayOpen(d); err != nil {
		return nil, err
	}
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.Channel, error) {
		me, err := a.myself(rule.AsSystem(ctx, "people say how they want to be told, also with a token that only writes"))
		if err != nil {
			return nil, err
		}
		if d.Kind == channel.KindEmail && me.Email == nil {
			return nil, refuse(NotNow, "You have no e-mail address here. Please sign in with one first; you keep everything.", "kind")
		}
		return a.openChannel(ctx, me, d)
	})
}

// mayOpen decides whether a draft is whole.
func (f *Flow) mayOpen(d ChannelDraft) error {
	var c checks
	if len(d.Wants) == 0 {
		c.add(Required, "Please choose what you want to be told of. To be told of nothing, close this instead.", "wants")
	}
	switch {
	case d.Kind == channel.KindEmail && d.Push != Device{}:
		c.add(Invalid, "An e-mail needs no device. Please leave it out.", "push")
	case d.Kind == channel.KindPush && f.Push == nil:
		c.add(NotNow, "No messages can be sent to devices here. Please choose e-mail.", "kind")
	case d.Kind == channel.KindPush:
		if err := f.Push.Check(d.Push); err != nil {
			c.add(Invalid, "This device cannot be reached: "+err.Error()+".", "push")
		}
	}
	return c.err()
}

// openChannel finds the channel that is there already, and changes it; else it makes one. Whoever calls holds the person.
func (a *act) openChannel(ctx context.Context, me *ent.Person, d ChannelDraft) (*ent.Channel, error) {
	hash := hashed(d.Push.Endpoint)
	if err := a.takeDevice(ctx, me.ID, hash); err != nil {
		return nil, err
	}
	own := a.Channel.Query().Where(channel.PersonID(me.ID), channel.KindEQ(d.Kind))
	if hash != nil {
		own.Where(channel.EndpointHash(*hash))
	}
	system := rule.AsSystem(ctx, "one's own channel is changed, also with a token that only writes")
	c, err := own.Only(system)
	if ent.IsNotFound(err) {
		return a.newChannel(ctx, me, d, hash)
	}
	if err == nil {
		err = a.fromNowOn(system, me, c)
	}
	if err != nil {
		return nil, err
	}
	return c.Update().SetWants(wanted(d.Wants)).SetNillableSessionID(a.sessionOf(d)).SetP256dh(d.Push.P256dh).SetAuthSecret(d.Push.Auth).Save(ctx)
}

// fromNowOn passes over what a channel was not for. As long as something waits for it, that goes out first.
func (a *act) fromNowOn(ctx context.Context, me *ent.Person, c *ent.Channel) error {
	waiting, err := a.waiting(ctx, []*ent.Channel{c})
	if err != nil || len(waiting) > 0 {
		return err
	}
	return c.Update().SetTold(me.Steps).Exec(ctx)
}

// sessionOf is the session with which a channel ends: signing out of a device ends what it is told.
func (a *act) sessionOf(d ChannelDraft) *typeid.ID {
	if d.Kind == channel.KindEmail {
		return nil
	}
	id := typeid.ID(a.viewer.Session)
	return &id
}

func (a *act) newChannel(ctx context.Context, me *ent.Person, d ChannelDraft, hash *string) (*ent.Channel, error) {
	n, err := a.Channel.Query().Where(channel.PersonID(me.ID)).Count(rule.AsSystem(ctx, "one's own channels are counted"))
	if err == nil && n >= MaxChannels {
		err = refuse(TooMany, "You have many devices here already. Please close one that you do not use.")
	}
	if err != nil {
		return nil, err
	}
	return a.Channel.Create().SetCreatedAt(a.at).SetPersonID(me.ID).SetKind(d.Kind).SetNillableSessionID(a.sessionOf(d)).SetWants(wanted(d.Wants)).SetTold(me.Steps).
		SetEndpoint(d.Push.Endpoint).SetNillableEndpointHash(hash).SetP256dh(d.Push.P256dh).SetAuthSecret(d.Push.Auth).Save(ctx)
}

// takeDevice has a device forgotten for whoever used it before: it is in other hands now.
func (a *act) takeDevice(ctx context.Context, me typeid.ID, hash *string) error {
	if hash == nil {
		return nil
	}
	if err := a.alone(ctx, "device "+*hash); err != nil {
		return err
	}
	_, err := a.Channel.Delete().Where(channel.EndpointHash(*hash), channel.PersonIDNEQ(me)).Exec(rule.AsSystem(ctx, "a device tells the person who holds it, and nobody else"))
	return err
}

// hashed is by what a device is found; nil for none.
func hashed(endpoint string) *string {
	if endpoint == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(endpoint))
	hash := hex.EncodeToString(sum[:])
	return &hash
}

// ChannelClose ends a way of being told: nothing goes out by it any more. Whose it is. Errors: ErrSignIn, ErrNotFound.
func (f *Flow) ChannelClose(ctx context.Context, id typeid.ID) error {
	_, err := write(ctx, f, func(ctx context.Context, a *act) (int, error) {
		if !a.viewer.SignedIn() {
			return 0, ErrSignIn
		}
		n, err := a.Channel.Delete().Where(channel.ID(id)).Exec(ctx)
		if err == nil && n == 0 {
			err = ErrNotFound
		}
		return n, err
	})
	return err
}
