package workflow

import (
	"entgo.io/ent/dialect/sql"

	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/action"
	"hearback/ent/generated/ent/appeal"
	"hearback/ent/generated/ent/auditentry"
	"hearback/ent/generated/ent/authority"
	"hearback/ent/generated/ent/change"
	"hearback/ent/generated/ent/channel"
	"hearback/ent/generated/ent/consent"
	"hearback/ent/generated/ent/consenttext"
	"hearback/ent/generated/ent/echo"
	"hearback/ent/generated/ent/evidence"
	"hearback/ent/generated/ent/experience"
	"hearback/ent/generated/ent/export"
	"hearback/ent/generated/ent/identity"
	"hearback/ent/generated/ent/measure"
	"hearback/ent/generated/ent/measurereading"
	"hearback/ent/generated/ent/membership"
	"hearback/ent/generated/ent/message"
	"hearback/ent/generated/ent/objection"
	"hearback/ent/generated/ent/origin"
	"hearback/ent/generated/ent/passkey"
	"hearback/ent/generated/ent/priority"
	"hearback/ent/generated/ent/priorityround"
	"hearback/ent/generated/ent/priorityvote"
	"hearback/ent/generated/ent/progress"
	"hearback/ent/generated/ent/response"
	"hearback/ent/generated/ent/reviewrequest"
	"hearback/ent/generated/ent/service"
	"hearback/ent/generated/ent/session"
	"hearback/ent/generated/ent/signin"
	"hearback/ent/generated/ent/step"
	"hearback/ent/generated/ent/theme"
	"hearback/ent/generated/ent/theming"
	"hearback/ent/generated/ent/verdict"
	"hearback/ent/generated/ent/verdictround"
	"hearback/ent/generated/ent/voice"
)

// sections are everything that is held about a person: what they said and what came of it, what they did as staff, how they
// sign in, who read their words. Left out is what is about others as well: what they decided as moderators on other people's
// words, and the records of those who look after people's safety. How grave a moderator found their words is for staff alone.
func sections() []section {
	return append(saidSections(), didSections()...)
}

// saidSections are what somebody said, what was done with it, and what came of it.
func saidSections() []section {
	return []section{
		listed("experiences", "id created_at service_id relationship display_name form says intention question story what_was_good could_be_better feelings happened_in state version published_at answered_at not_before",
			func(a *act, p *ent.Person) *ent.ExperienceQuery {
				return a.Experience.Query().Where(experience.AuthorID(p.ID))
			}),
		listed("services", "id name kind code", func(a *act, p *ent.Person) *ent.ServiceQuery {
			return a.Service.Query().Where(service.HasExperiencesWith(experience.AuthorID(p.ID)))
		}),
		listed("decisions", "id created_at experience_id kind reason clause_id edits answer answered_at", func(a *act, p *ent.Person) *ent.DecisionQuery {
			return a.Decision.Query().Where(ofWordsOf(p))
		}),
		listed("appeals", "id created_at experience_id decision_id words outcome_id",
			func(a *act, p *ent.Person) *ent.AppealQuery { return a.Appeal.Query().Where(appeal.AuthorID(p.ID)) }),
		listed("objections", "id created_at experience_id authority_id words",
			func(a *act, p *ent.Person) *ent.ObjectionQuery {
				return a.Objection.Query().Where(objection.AuthorID(p.ID))
			}),
		listed("reviews", "id created_at experience_id service_id role reason answered_at answer", func(a *act, p *ent.Person) *ent.ReviewRequestQuery {
			return a.ReviewRequest.Query().Where(reviewrequest.HasExperienceWith(experience.AuthorID(p.ID)))
		}),
		listed("responses", "id created_at experience_id author_name author_title body revised_at", func(a *act, p *ent.Person) *ent.ResponseQuery {
			return a.Response.Query().Where(response.StateEQ(response.StatePublished), ofWordsOf(p))
		}),
		listed("links", "id created_at experience_id change_id linked_by_name why", func(a *act, p *ent.Person) *ent.OriginQuery {
			return a.Origin.Query().Where(ofWordsOf(p))
		}),
		listed("themed", "id created_at experience_id theme_id added_by_name says why passage_part passage_start passage_end", func(a *act, p *ent.Person) *ent.EvidenceQuery {
			return a.Evidence.Query().Where(ofWordsOf(p))
		}),
		listed("themes", "id created_at service_id title statement framework_code", func(a *act, p *ent.Person) *ent.ThemeQuery {
			return a.Theme.Query().Where(theme.HasEvidenceWith(ofWordsOf(p)))
		}),
		listed("priorities", "id created_at round_id theme_id by_patients by_staff why state reason answer_by answered_at", func(a *act, p *ent.Person) *ent.PriorityQuery {
			return a.Priority.Query().Where(priority.HasThemeWith(theme.HasEvidenceWith(ofWordsOf(p))))
		}),
		listed("actions", "id created_at service_id priority_id owner_name what due_at control state reason answer ended_at", func(a *act, p *ent.Person) *ent.ActionQuery {
			return a.Action.Query().Where(action.HasPriorityWith(priority.HasThemeWith(theme.HasEvidenceWith(ofWordsOf(p)))))
		}),
		listed("messages", "id created_at experience_id part author_name author_title body", func(a *act, p *ent.Person) *ent.MessageQuery {
			return a.Message.Query().Where(ofWordsOf(p))
		}),
		listed("messages_sent", "id created_at experience_id author_name author_title body",
			func(a *act, p *ent.Person) *ent.MessageQuery { return a.Message.Query().Where(message.AuthorID(p.ID)) }),
		listed("echoes", "id created_at experience_id",
			func(a *act, p *ent.Person) *ent.EchoQuery { return a.Echo.Query().Where(echo.PersonID(p.ID)) }),
		listed("votes", "id created_at round_id priority_id side",
			func(a *act, p *ent.Person) *ent.PriorityVoteQuery {
				return a.PriorityVote.Query().Where(priorityvote.PersonID(p.ID))
			}),
		listed("changes", "id created_at service_id title difference state reason moved_at", func(a *act, p *ent.Person) *ent.ChangeQuery {
			return a.Change.Query().Where(change.HasOriginsWith(ofWordsOf(p)))
		}),
		listed("voices", "id created_at experience_id relationship display_name story state version reason",
			func(a *act, p *ent.Person) *ent.VoiceQuery { return a.Voice.Query().Where(voice.AuthorID(p.ID)) }),
		listed("consents", "id created_at experience_id voice_id purpose text_id taken_back_at given_through_id taken_back_through_id",
			func(a *act, p *ent.Person) *ent.ConsentQuery { return a.Consent.Query().Where(consent.PersonID(p.ID)) }),
		listed("consent_texts", "id purpose language version words", func(a *act, p *ent.Person) *ent.ConsentTextQuery {
			return a.ConsentText.Query().Where(func(s *sql.Selector) {
				c := sql.Dialect(s.Dialect()).Table(consent.Table)
				s.Where(sql.In(s.C(consenttext.FieldID), sql.Dialect(s.Dialect()).Select(c.C(consent.FieldTextID)).From(c).Where(sql.EQ(c.C(consent.FieldPersonID), p.ID))))
			})
		}),
		listed("verdicts", "id created_at round_id experience_id answer words",
			func(a *act, p *ent.Person) *ent.VerdictQuery { return a.Verdict.Query().Where(verdict.PersonID(p.ID)) }),
		listed("steps", "id created_at number experience_id kind response_id change_id words",
			func(a *act, p *ent.Person) *ent.StepQuery { return a.Step.Query().Where(step.PersonID(p.ID)) }),
		listed("readings", "id created_at act role place_id about_id", func(a *act, p *ent.Person) *ent.AuditEntryQuery {
			return a.AuditEntry.Query().Where(auditentry.SubjectID(p.ID), auditentry.ActorIDNEQ(p.ID))
		}),
	}
}

// didSections are what somebody did as staff, and how they come in.
func didSections() []section {
	return []section{
		listed("responses_given", "id created_at experience_id author_name author_title body state reason revised_at",
			func(a *act, p *ent.Person) *ent.ResponseQuery {
				return a.Response.Query().Where(response.AuthorID(p.ID))
			}),
		listed("changes_proposed", "id created_at service_id title difference state reason moved_at",
			func(a *act, p *ent.Person) *ent.ChangeQuery { return a.Change.Query().Where(change.ProposedByID(p.ID)) }),
		listed("progress_told", "id created_at change_id author_name body moved_to",
			func(a *act, p *ent.Person) *ent.ProgressQuery {
				return a.Progress.Query().Where(progress.AuthorID(p.ID))
			}),
		listed("links_made", "id created_at change_id linked_by_name why",
			func(a *act, p *ent.Person) *ent.OriginQuery { return a.Origin.Query().Where(origin.LinkedByID(p.ID)) }),
		listed("themes_made", "id created_at service_id title statement framework_code",
			func(a *act, p *ent.Person) *ent.ThemeQuery { return a.Theme.Query().Where(theme.MadeByID(p.ID)) }),
		listed("measures_made", "id created_at change_id author_name what unit",
			func(a *act, p *ent.Person) *ent.MeasureQuery { return a.Measure.Query().Where(measure.AuthorID(p.ID)) }),
		listed("measure_readings", "id created_at measure_id author_name counted_at numerator denominator note",
			func(a *act, p *ent.Person) *ent.MeasureReadingQuery {
				return a.MeasureReading.Query().Where(measurereading.AuthorID(p.ID))
			}),
		listed("themings", "id created_at theme_id kind author_name title statement why",
			func(a *act, p *ent.Person) *ent.ThemingQuery { return a.Theming.Query().Where(theming.AuthorID(p.ID)) }),
		listed("evidence_added", "id created_at theme_id added_by_name says why",
			func(a *act, p *ent.Person) *ent.EvidenceQuery {
				return a.Evidence.Query().Where(evidence.AddedByID(p.ID))
			}),
		listed("priority_rounds", "id created_at service_id title decide_by opened_by_name owner_name closed_by_name note",
			func(a *act, p *ent.Person) *ent.PriorityRoundQuery {
				return a.PriorityRound.Query().Where(priorityround.Or(priorityround.OpenedByID(p.ID), priorityround.OwnerID(p.ID), priorityround.ClosedByID(p.ID)))
			}),
		listed("priorities_put_up", "id created_at round_id theme_id put_up_by_name why",
			func(a *act, p *ent.Person) *ent.PriorityQuery {
				return a.Priority.Query().Where(priority.PutUpByID(p.ID))
			}),
		listed("actions_owned", "id created_at service_id priority_id owner_name answerer_name what due_at state answer",
			func(a *act, p *ent.Person) *ent.ActionQuery {
				return a.Action.Query().Where(action.Or(action.MadeByID(p.ID), action.OwnerID(p.ID), action.AnswererID(p.ID)))
			}),
		listed("verdict_rounds_opened", "id created_at change_id opened_by_name note waiver",
			func(a *act, p *ent.Person) *ent.VerdictRoundQuery {
				return a.VerdictRound.Query().Where(verdictround.OpenedByID(p.ID))
			}),
		listed("verdict_rounds_closed", "id created_at change_id closed_by_name note waiver",
			func(a *act, p *ent.Person) *ent.VerdictRoundQuery {
				return a.VerdictRound.Query().Where(verdictround.ClosedByID(p.ID))
			}),
		listed("reviews_asked", "id created_at experience_id service_id role reason answered_at answer",
			func(a *act, p *ent.Person) *ent.ReviewRequestQuery {
				return a.ReviewRequest.Query().Where(reviewrequest.AskedByID(p.ID))
			}),
		listed("authorities", "id created_at basis scope relationship proxy_name subject_name evidence review_at ends_at ended_at ended_by", func(a *act, p *ent.Person) *ent.AuthorityQuery {
			return a.Authority.Query().Where(authority.Or(authority.ProxyID(p.ID), authority.SubjectID(p.ID)))
		}),
		listed("memberships", "id created_at service_id role title trusted starts_at ends_at ended_at",
			func(a *act, p *ent.Person) *ent.MembershipQuery {
				return a.Membership.Query().Where(membership.PersonID(p.ID))
			}),
		listed("sessions", "id created_at scopes ended_at",
			func(a *act, p *ent.Person) *ent.SessionQuery { return a.Session.Query().Where(session.PersonID(p.ID)) }),
		listed("channels", "id created_at kind wants told",
			func(a *act, p *ent.Person) *ent.ChannelQuery { return a.Channel.Query().Where(channel.PersonID(p.ID)) }),
		listed("identities", "id created_at issuer",
			func(a *act, p *ent.Person) *ent.IdentityQuery {
				return a.Identity.Query().Where(identity.PersonID(p.ID))
			}),
		listed("passkeys", "id created_at name backed_up last_used_at stopped_at",
			func(a *act, p *ent.Person) *ent.PasskeyQuery {
				return a.Passkey.Query().Where(passkey.PersonID(p.ID))
			}),
		listed("sign_ins", "id created_at expires_at used_at", func(a *act, p *ent.Person) *ent.SignInQuery {
			if p.Email == nil {
				return a.SignIn.Query().Where(signin.IDIn())
			}
			return a.SignIn.Query().Where(signin.Email(*p.Email))
		}),
		listed("exports", "id created_at state size ready_at expires_at fetched_at",
			func(a *act, p *ent.Person) *ent.ExportQuery { return a.Export.Query().Where(export.PersonID(p.ID)) }),
	}
}

// ofWordsOf holds for rows that belong to an experience of somebody. Asked with EXISTS, SQLite would read the whole table.
func ofWordsOf(p *ent.Person) func(*sql.Selector) {
	return func(s *sql.Selector) {
		e := sql.Dialect(s.Dialect()).Table(experience.Table)
		s.Where(sql.In(s.C("experience_id"), sql.Dialect(s.Dialect()).Select(e.C(experience.FieldID)).From(e).Where(sql.EQ(e.C(experience.FieldAuthorID), p.ID))))
	}
}
