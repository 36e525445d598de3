package workflow

import (
	"cmp"
	"strings"

	"hearback/ent/generated/ent/experience"
	"hearback/internal/intake"
)

// question is the question that the words answer, as far as it can be kept.
func (b *telling) question(row intake.ExperienceRow) string {
	letters := []rune(row.Question)
	if len(letters) <= MaxQuestion {
		return row.Question
	}
	b.note(row.Line, CodeQuestionCut)
	return string(letters[:MaxQuestion-1]) + "…"
}

// form reads what a row is and how it is sorted; a code that refuses it when it says neither or both.
func (b *telling) form(row intake.ExperienceRow) (form experience.Form, says *experience.Says, refusal string) {
	form = cmp.Or(experience.Form(plainWord(row.Form)), b.how.Form, experience.FormExperience)
	switch form {
	case "SURVEY":
		form = experience.FormSurveyResult
	case "SHADOWING":
		form = experience.FormObservation
	}
	if experience.FormValidator(form) != nil {
		return "", nil, CodeForm
	}
	if row.Says != "" {
		sorted := experience.Says(plainWord(row.Says))
		says = &sorted
	}
	if (form == experience.FormStatement) != (says != nil) || says != nil && experience.SaysValidator(*says) != nil {
		return "", nil, CodeSays
	}
	return form, says, ""
}

// plainWord is a word of a file as our closed sets are written.
func plainWord(s string) string {
	return strings.NewReplacer(" ", "_", "-", "_", "/", "_", "_OR_", "_").Replace(strings.ToUpper(s))
}

// relationship reads the file's own word. Surveys of patients have none.
func (b *telling) relationship(row intake.ExperienceRow) experience.Relationship {
	word := plainWord(row.Relationship)
	switch word {
	case "":
		return experience.RelationshipPatient
	case "PARENT", "GUARDIAN":
		return experience.RelationshipParentGuardian
	case "FAMILY":
		return experience.RelationshipRelative
	case "ADVOCATE", "VOLUNTEER":
		return experience.RelationshipAdvocateVolunteer
	case "STUDENT", "TRAINEE":
		return experience.RelationshipLearner
	}
	if r := experience.Relationship(word); experience.RelationshipValidator(r) == nil {
		return r
	}
	b.note(row.Line, CodeRelationship)
	return experience.RelationshipPatient
}
