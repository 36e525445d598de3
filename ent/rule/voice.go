package rule

import (
	"context"

	"entgo.io/ent/dialect/sql"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/privacy"
	"hearback/ent/generated/ent/voice"
	"hearback/ent/typeid"
)

// SeeVoiceWithItsExperience shows a voice to who speaks in it. Others see it only where its experience is shown and not
// withdrawn: everybody once it is published, as long as who speaks agrees to that; before that the moderators who reach the
// service, and the safeguarding leads when there is a sign of danger in it, but not the one whose experience it is.
func SeeVoiceWithItsExperience() privacy.QueryRule { return only(visibleVoice) }

// VoiceInModeration holds for voices that wait for a moderator.
func VoiceInModeration(s *sql.Selector) { s.Where(voiceIn(s, voice.StateInModeration)) }

// VoiceInReach holds for voices beside experiences at services in the viewer's reach in one of the roles. It narrows; it opens nothing.
func VoiceInReach(ctx context.Context, roles ...auth.Role) func(*sql.Selector) {
	v := auth.FromContext(ctx)
	return func(s *sql.Selector) { s.Where(within(v, s, voice.FieldServiceID, roles...)) }
}

// VoicesSignalled holds for voices that wait for a moderator and have a sign of danger in their words.
func VoicesSignalled(s *sql.Selector) {
	VoiceInModeration(s)
	s.Where(signalled(s))
}

// signalled is written as the partial index has it.
func signalled(s *sql.Selector) *sql.Predicate { return sql.ExprP(s.C(voice.FieldSignals) + " <> ''") }

// voiceIn writes the state into the statement itself, for the partial index of the queue.
func voiceIn(s *sql.Selector, state voice.State) *sql.Predicate {
	return sql.ExprP(s.C(voice.FieldState) + " = '" + string(state) + "'")
}

func visibleVoice(v *auth.Viewer, s *sql.Selector) *sql.Predicate {
	heard := sql.And(voiceIn(s, voice.StatePublished), voiceAgreed(s, consent.PurposePublish))
	shown := experienceOf(s, func(e *sql.Selector) *sql.Predicate {
		return sql.And(sql.NEQ(e.C(experience.FieldState), experience.StateWithdrawn), closed(visibleExperience(v, e)))
	})
	if !v.SignedIn() || !v.May(auth.ExperienceRead) {
		return sql.And(heard, shown)
	}
	seen := []*sql.Predicate{heard}
	if v.Holds(auth.Moderator) {
		seen = append(seen, sql.And(sql.Or(voiceIn(s, voice.StateInModeration), voiceIn(s, voice.StateReturned)), besideOthers(v, s, auth.Moderator)))
	}
	if v.Holds(auth.SafeguardingLead) {
		seen = append(seen, sql.And(voiceIn(s, voice.StateInModeration), signalled(s), besideOthers(v, s, auth.SafeguardingLead)))
	}
	return sql.Or(sql.EQ(s.C(voice.FieldAuthorID), v.Person), sql.And(sql.Or(seen...), shown))
}

// besideOthers holds for voices at services in the viewer's reach in a role, beside experiences that are not the viewer's own.
func besideOthers(v *auth.Viewer, s *sql.Selector, role auth.Role) *sql.Predicate {
	return sql.And(within(v, s, voice.FieldServiceID, role), experienceOf(s, func(e *sql.Selector) *sql.Predicate {
		return sql.NEQ(e.C(experience.FieldAuthorID), v.Person)
	}))
}

// AllowSpeakerToReviseAndModeratorToDecide lets people change the words that they added, and moderators decide on those in
// their reach. Adding takes a code. What may be changed when is the verbs' business.
func AllowSpeakerToReviseAndModeratorToDecide() privacy.MutationRule {
	return privacy.VoiceMutationRuleFunc(func(ctx context.Context, m *ent.VoiceMutation) error {
		v := auth.FromContext(ctx)
		if !v.SignedIn() || !m.Op().Is(ent.OpUpdate|ent.OpUpdateOne) {
			return privacy.Skip
		}
		m.WhereP(func(s *sql.Selector) {
			may := []*sql.Predicate{sql.False()}
			if v.May(auth.ExperienceWrite) {
				may = append(may, sql.EQ(s.C(voice.FieldAuthorID), v.Person))
			}
			if v.May(auth.ModerationWrite) {
				may = append(may, sql.And(besideOthers(v, s, auth.Moderator), sql.NEQ(s.C(voice.FieldState), voice.StateWithdrawn)))
			}
			s.Where(sql.Or(may...))
		})
		return privacy.Allow
	})
}

// AllowAuthorToInviteVoices lets people invite others to speak beside them.
func AllowAuthorToInviteVoices() privacy.MutationRule {
	return privacy.VoiceInvitationMutationRuleFunc(func(ctx context.Context, m *ent.VoiceInvitationMutation) error {
		v := auth.FromContext(ctx)
		id, ok := m.ExperienceID()
		if !ok || !v.SignedIn() || !v.May(auth.ExperienceWrite) || !m.Op().Is(ent.OpCreate) {
			return privacy.Skip
		}
		if by, named := m.InvitedByID(); !named || by != typeid.ID(v.Person) {
			return privacy.Skip
		}
		e, err := m.Client().Experience.Get(ctx, id)
		if err == nil && string(e.AuthorID) != v.Person {
			err = privacy.Skip
		}
		return allow(err)
	})
}
