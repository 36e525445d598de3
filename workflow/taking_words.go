package workflow

import (
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

// relationship reads the file's own word. Surveys of patients have none.
func (b *telling) relationship(row intake.ExperienceRow) experience.Relationship {
	word := strings.NewReplacer(" ", "_", "-", "_", "/", "_", "_OR_", "_").Replace(strings.ToUpper(row.Relationship))
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
