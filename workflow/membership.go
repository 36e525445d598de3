package workflow

import (
	"context"
	"errors"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/invitation"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/service"
	"hearback/ent/query"
	"hearback/ent/rule"
	"hearback/ent/typeid"
)

// InvitationLife is how long an invitation can be taken up.
const InvitationLife = 7 * 24 * time.Hour

// SetupLife is how long the link for the first administrator works.
const SetupLife = 30 * time.Minute

// Post is a role at a service (none: the whole installation), from one moment (none: as soon as it is taken up) to another
// (none: until somebody ends it).
type Post struct {
	Role             membership.Role
	Service          *typeid.ID
	StartsAt, EndsAt *time.Time
}

// InvitationMake invites somebody into a post; the code is shown once. Administrators who reach the place.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) InvitationMake(ctx context.Context, p Post) (string, *ent.Invitation, error) {
	code, err := auth.NewInvitation(nil)
	if err != nil {
		return "", nil, err
	}
	i, err := write(ctx, f, func(ctx context.Context, a *act) (*ent.Invitation, error) {
		if err := p.ahead(a.at); err != nil {
			return nil, err
		}
		i, err := a.invite(code, p, InvitationLife).SetInvitedByID(typeid.ID(a.viewer.Person)).Save(ctx)
		return a.invitationNoted(i, err)
	})
	return code, i, err
}

// ahead refuses a post whose beginning or end is over, or that ends before it begins.
func (p Post) ahead(now time.Time) error {
	var c checks
	if p.StartsAt != nil && !p.StartsAt.After(now) {
		c.add(Invalid, "This moment is over. Please choose one to come, or leave it out for a role that works as soon as it is taken up.", "startsAt")
	}
	switch {
	case p.EndsAt == nil:
	case !p.EndsAt.After(now):
		c.add(Invalid, "This moment is over. Please choose one to come, or leave it out for a role without a planned end.", "endsAt")
	case p.StartsAt != nil && !kept(p.EndsAt).After(*kept(p.StartsAt)):
		c.add(Invalid, "The role would end before it begins. Please choose a later end or an earlier beginning.", "endsAt")
	}
	return c.err()
}

// kept is a moment as both databases keep it; none stays none.
func kept(at *time.Time) *time.Time {
	if at == nil {
		return nil
	}
	rounded := at.UTC().Truncate(time.Microsecond)
	return &rounded
}

func (a *act) invite(code string, p Post, life time.Duration) *ent.InvitationCreate {
	return a.Invitation.Create().SetCreatedAt(a.at).SetCodeHash(auth.Hash(code)).SetRole(invitation.Role(p.Role)).
		SetNillableServiceID(p.Service).SetNillableStartsAt(kept(p.StartsAt)).SetNillableEndsAt(kept(p.EndsAt)).SetExpiresAt(a.at.Add(life))
}

// invitationNoted has a new invitation written into the audit log.
func (a *act) invitationNoted(i *ent.Invitation, err error) (*ent.Invitation, error) {
	if err == nil {
		a.audit(line{act: auditentry.ActInvitation, as: auth.Administrator, at: typeid.Maybe(i.ServiceID), about: i.ID, why: string(i.Role)})
	}
	return i, err
}

// roleNoted has a role that was given or ended written into the audit log.
func (a *act) roleNoted(m *ent.Membership, l line) {
	l.at, l.about, l.whose, l.why = typeid.Maybe(m.ServiceID), m.ID, m.PersonID, string(m.Role)
	a.audit(l)
}

// FirstAdministrator makes the one-use code for the first administrator of the installation; empty when there is one.
// For the command line only.
func (f *Flow) FirstAdministrator(ctx context.Context) (string, error) {
	code, err := auth.NewInvitation(nil)
	if err != nil {
		return "", err
	}
	ctx = rule.AsSystem(ctx, "whoever runs the program names its first administrator")
	made, err := write(ctx, f, func(ctx context.Context, a *act) (bool, error) {
		there, err := a.administered(ctx)
		if err != nil || there {
			return false, err
		}
		_, err = a.invitationNoted(a.invite(code, Post{Role: membership.RoleAdministrator}, SetupLife).Save(ctx))
		return err == nil, err
	})
	if err != nil || !made {
		return "", err
	}
	return code, nil
}

// InvitationAccept takes up an invitation; who is not signed in becomes somebody new and is signed in. Anybody with the code.
// Errors: Refusal.
func (f *Flow) InvitationAccept(ctx context.Context, code, name, title string) (*Session, error) {
	var c checks
	name, title = c.needed(name, 80, "name"), c.text(title, 80, "title")
	if err := c.err(); err != nil {
		return nil, err
	}
	recovery, plain, err := newCode()
	if err != nil {
		return nil, err
	}
	s, err := write(rule.AsSystem(ctx, "an invitation is what allows it"), f, func(ctx context.Context, a *act) (*Session, error) {
		i, err := a.takeUp(ctx, code)
		if err != nil {
			return nil, err
		}
		p, err := a.invited(ctx, name, plain)
		if err != nil {
			return nil, err
		}
		m, err := a.Membership.Create().SetCreatedAt(a.at).SetPersonID(p).SetNillableServiceID(i.ServiceID).SetRole(membership.Role(i.Role)).
			SetTitle(title).SetNillableStartsAt(i.StartsAt).SetNillableEndsAt(i.EndsAt).Save(ctx)
		if err != nil {
			return nil, err
		}
		a.roleNoted(m, line{act: auditentry.ActRoleGiven, record: i.ID, by: p})
		return f.open(ctx, a, p, auth.SessionScopes())
	})
	if err == nil && !auth.FromContext(ctx).SignedIn() {
		s.RecoveryCode = recovery
	}
	return s, err
}

// administered tells whether there is an administrator of the whole installation.
func (a *act) administered(ctx context.Context) (bool, error) {
	return a.Membership.Query().Where(membership.RoleEQ(membership.RoleAdministrator), membership.ServiceIDIsNil(), query.Works(a.at)).Exist(ctx)
}

// stillFirst refuses a code for the first administrator once there is one: every start prints another code.
func (a *act) stillFirst(ctx context.Context, i *ent.Invitation) error {
	if i.InvitedByID != nil {
		return nil
	}
	if err := a.alone(ctx, "first administrator"); err != nil {
		return err
	}
	there, err := a.administered(ctx)
	if err == nil && there {
		err = refuse(CodeRefused, "There is an administrator already. Please ask them for an invitation.", "code")
	}
	return err
}

// takeUp uses an invitation up, once.
func (a *act) takeUp(ctx context.Context, code string) (*ent.Invitation, error) {
	n, err := a.Invitation.Update().Where(invitation.CodeHash(auth.Hash(code)), invitation.UsedAtIsNil(), invitation.ExpiresAtGT(a.at)).SetUsedAt(a.at).Save(ctx)
	if err != nil || n == 0 {
		return nil, firstOf(err, refuse(CodeRefused, "This invitation was used or has run out. Please ask for a new one.", "code"))
	}
	i, err := a.Invitation.Query().Where(invitation.CodeHash(auth.Hash(code))).Only(ctx)
	if err != nil {
		return nil, err
	}
	if i.EndsAt != nil && !i.EndsAt.After(a.at) {
		return nil, refuse(CodeRefused, "The role of this invitation is over. Please ask for a new one.", "code")
	}
	return i, a.stillFirst(ctx, i)
}

// invited is who takes up an invitation: the viewer, or somebody new who comes back with a recovery code.
func (a *act) invited(ctx context.Context, name, plain string) (typeid.ID, error) {
	if a.viewer.SignedIn() {
		id := typeid.ID(a.viewer.Person)
		return id, a.Person.UpdateOneID(id).SetName(name).Exec(ctx)
	}
	p, err := a.Person.Create().SetCreatedAt(a.at).SetName(name).SetRecoveryHash(auth.Hash(plain)).Save(ctx)
	if err != nil {
		return "", err
	}
	return p.ID, nil
}

// MembershipEnd ends a role at once, with the next request and in every open stream, or at a moment to come; that moment can
// be changed until it is there. What is over stays over: to come back takes an invitation. Administrators who reach the place.
// Errors: ErrNotFound, ErrForbidden, Refusal.
func (f *Flow) MembershipEnd(ctx context.Context, id typeid.ID, at *time.Time) (*ent.Membership, error) {
	return write(ctx, f, func(ctx context.Context, a *act) (*ent.Membership, error) {
		m, err := a.Membership.Get(ctx, id)
		if err != nil || at == nil && over(m, a.at) {
			return m, err
		}
		if err := plannable(m, a.at, at); err != nil {
			return nil, err
		}
		m, err = a.ending(m, at).Save(ctx)
		if ent.IsNotFound(err) {
			return nil, ErrForbidden
		}
		if err == nil {
			a.roleNoted(m, line{act: auditentry.ActRoleEnded, as: auth.Administrator})
		}
		return m, err
	})
}

// ending ends a role now, or plans its end.
func (a *act) ending(m *ent.Membership, at *time.Time) *ent.MembershipUpdateOne {
	if at == nil {
		return m.Update().SetEndedAt(a.at)
	}
	return m.Update().SetEndsAt(*kept(at))
}

// over tells whether a role has ended, by somebody or by plan.
func over(m *ent.Membership, now time.Time) bool {
	return m.EndedAt != nil || m.EndsAt != nil && !m.EndsAt.After(now)
}

// plannable refuses an end that is not to come, that comes before the role begins, or that would bring back what is over.
func plannable(m *ent.Membership, now time.Time, at *time.Time) error {
	switch {
	case at == nil:
		return nil
	case !at.After(now):
		return refuse(Invalid, "This moment is over. Please choose one to come, or leave it out to end the role now.", "at")
	case m.StartsAt != nil && !at.After(*m.StartsAt):
		return refuse(Invalid, "The role would end before it begins. Please choose a later moment, or leave it out to end the role now.", "at")
	case over(m, now):
		return refuse(NotNow, "This role is over. Please invite the person again.", "membershipId")
	}
	return nil
}

// Appoint makes somebody with a role at a service (by code or id; empty for the whole installation; no role for a
// contributor) and signs them in. For the command line only. Errors: ErrNotFound for the service.
func (f *Flow) Appoint(ctx context.Context, role auth.Role, at, name, title string, scopes auth.Scopes) (*Session, error) {
	ctx = rule.AsSystem(ctx, "whoever runs the program may appoint")
	return write(ctx, f, func(ctx context.Context, a *act) (*Session, error) {
		p, err := a.Person.Create().SetCreatedAt(a.at).SetName(name).Save(ctx)
		if err != nil || role == "" {
			return f.openOr(ctx, a, p, scopes, err)
		}
		m := a.Membership.Create().SetCreatedAt(a.at).SetPersonID(p.ID).SetRole(membership.Role(role)).SetTitle(title)
		if at != "" {
			s, err := a.Service.Query().Where(service.Or(service.Code(at), service.ID(typeid.ID(at)))).Only(ctx)
			if err != nil {
				return nil, errors.Join(ErrNotFound, err)
			}
			m.SetServiceID(s.ID)
		}
		held, err := m.Save(ctx)
		if err == nil {
			a.roleNoted(held, line{act: auditentry.ActRoleGiven})
		}
		return f.openOr(ctx, a, p, scopes, err)
	})
}

func (f *Flow) openOr(ctx context.Context, a *act, p *ent.Person, scopes auth.Scopes, err error) (*Session, error) {
	if err != nil {
		return nil, err
	}
	return f.open(ctx, a, p.ID, scopes)
}
