package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"hearback/ent/generated/ent/invitation"
	"hearback/ent/generated/ent/migrate"
	"hearback/ent/typeid"
)

// nobodys are the columns that point to something that is no person.
const nobodys = "experience_id service_id place_id about_id record_id change_id decision_id outcome_id clause_id concern_id response_id voice_id text_id round_id again_id session_id export_id authority_id membership_id parent_id theme_id priority_id measure_id corrects_id spread_from_id action_id escalated_to_id other_id merged_into_id given_through_id taken_back_through_id passkey_id credential_id outcome_of_id"

// ofPeople are the columns that point to a person, as table.column. A column with a name that nobody knows is taken for one.
func ofPeople() (found []string) {
	for _, t := range migrate.Tables {
		for _, c := range t.Columns {
			if name := t.Name + "." + c.Name; strings.HasSuffix(c.Name, "_id") && (!has(nobodys, c.Name) || name == "concerns.about_id") {
				found = append(found, name)
			}
		}
	}
	return found
}

// whose says what becomes of a row that points to a person: in which list of the export it is, or why in none; which of its
// columns hold their name or words, of which an erasure leaves nothing, or "dropped" when it leaves no row.
type whose struct{ section, because, gone string }

func belongings() map[string]whose {
	const (
		deciding = "what moderators decide is the record of those whose words it was about"
		safety   = "the records of those who look after people's safety are kept whole, and shown to nobody else"
		setting  = "it is a setting of the installation"
		secret   = "it is the hash of a code"
	)
	return map[string]whose{
		"appeals.author_id":                 {section: "appeals", gone: "words"},
		"audit_entries.actor_id":            {because: "the log of who did what is never changed; matrix_audit_test.go"},
		"audit_entries.subject_id":          {because: "the list of readings comes out of it; the log is never changed"},
		"authorities.proxy_id":              {section: "authorities", gone: "relationship proxy_name subject_name evidence"},
		"authorities.subject_id":            {section: "authorities", gone: "relationship proxy_name subject_name evidence"},
		"authority_codes.subject_id":        {because: secret, gone: "dropped"},
		"break_glasses.seen_by_id":          {because: safety},
		"changes.proposed_by_id":            {section: "changes_proposed"},
		"channels.person_id":                {section: "channels", gone: "dropped"},
		"concern_entries.author_id":         {because: safety},
		"concerns.about_id":                 {because: safety},
		"concerns.acknowledged_by_id":       {because: safety},
		"concerns.raised_by_id":             {because: safety},
		"consent_texts.author_id":           {because: setting},
		"consents.person_id":                {section: "consents"},
		"evidence.added_by_id":              {section: "evidence_added", gone: "added_by_name"},
		"experiences.author_id":             {section: "experiences", gone: "display_name story what_was_good could_be_better"},
		"experiences.claimed_by_id":         {because: "a claim lapses by itself"},
		"experiences.told_by_id":            {because: "the words are of who was spoken for, and in their export"},
		"experiences.recorded_by_id":        {because: "the words are of who said them, and in their export"},
		"exports.person_id":                 {section: "exports", gone: "dropped"},
		"identities.person_id":              {section: "identities", gone: "dropped"},
		"invitations.invited_by_id":         {because: secret},
		"memberships.person_id":             {section: "memberships", gone: "title"},
		"moderation_decisions.moderator_id": {because: deciding},
		"objections.author_id":              {section: "objections", gone: "words"},
		"origins.linked_by_id":              {section: "links_made", gone: "linked_by_name"},
		"passkeys.person_id":                {section: "passkeys", gone: "dropped"},
		"passkey_challenges.person_id":      {because: secret, gone: "dropped"},
		"actions.made_by_id":                {section: "actions_owned"},
		"actions.owner_id":                  {section: "actions_owned", gone: "owner_name"},
		"actions.answerer_id":               {section: "actions_owned", gone: "answerer_name"},
		"messages.author_id":                {section: "messages_sent", gone: "author_name"},
		"echoes.person_id":                  {section: "echoes", gone: "dropped"},
		"priorities.put_up_by_id":           {section: "priorities_put_up", gone: "put_up_by_name"},
		"priority_rounds.closed_by_id":      {section: "priority_rounds", gone: "closed_by_name"},
		"priority_rounds.opened_by_id":      {section: "priority_rounds", gone: "opened_by_name"},
		"priority_rounds.owner_id":          {section: "priority_rounds", gone: "owner_name"},
		"priority_votes.person_id":          {section: "votes", gone: "dropped"},
		"progress.author_id":                {section: "progress_told", gone: "author_name"},
		"responses.author_id":               {section: "responses_given", gone: "author_name author_title"},
		"responses.decided_by_id":           {because: deciding},
		"review_requests.asked_by_id":       {section: "reviews_asked"},
		"service_tokens.made_by_id":         {because: setting},
		"service_tokens.person_id":          {because: "it is whom a program acts as, and no program asks for its data"},
		"service_tokens.revoked_by_id":      {because: setting},
		"sessions.person_id":                {section: "sessions", gone: "dropped"},
		"sign_ons.person_id":                {because: secret, gone: "dropped"},
		"signposts.set_by_id":               {because: setting},
		"steps.person_id":                   {section: "steps", gone: "dropped"},
		"measure_readings.author_id":        {section: "measure_readings", gone: "author_name"},
		"measures.author_id":                {section: "measures_made", gone: "author_name"},
		"themes.made_by_id":                 {section: "themes_made"},
		"themings.author_id":                {section: "themings", gone: "author_name"},
		"verdict_rounds.closed_by_id":       {section: "verdict_rounds_closed", gone: "closed_by_name"},
		"verdict_rounds.opened_by_id":       {section: "verdict_rounds_opened", gone: "opened_by_name"},
		"verdicts.person_id":                {section: "verdicts", gone: "words"},
		"voice_invitations.invited_by_id":   {because: secret, gone: "dropped"},
		"voices.author_id":                  {section: "voices", gone: "display_name story"},
		"voices.moderator_id":               {because: deciding},
	}
}

// A column that points to a person has a row in the table, so that nobody forgets a new noun in the export and the erasure.
func TestEveryBelongingIsWrittenDown(t *testing.T) {
	t.Parallel()
	table := belongings()
	for _, column := range ofPeople() {
		if b, known := table[column]; !known || b.section == "" && b.because == "" {
			t.Errorf("%s points to a person: nobody wrote down in which list of the export it is, or why in none, and what an erasure leaves", column)
		}
		delete(table, column)
	}
	if len(table) > 0 {
		t.Errorf("rows for columns that are not there: %v", table)
	}
}

// Ada gets a row of every kind: all that is hers is in her export, and an erasure leaves of it what the table says.
func TestEveryBelongingIsExportedAndErased(t *testing.T) {
	lengthy(t, "it sets the whole stage of the matrix")
	tell(t, func(t *testing.T, s *stage) {
		w := stageMatrix(t, s)
		ada, hers := s.signs(t, "zqada@example.org"), map[string]string{}
		w.empties(ada)
		hers["experiences.author_id"] = w.gives(t, ada, "experiences.author_id", hers) // which an appeal is about
		for _, column := range ofPeople() {
			if hers[column] == "" && !strings.HasPrefix(column, "audit_entries.") {
				hers[column] = w.gives(t, ada, column, hers)
			}
		}
		file := s.exported(t, ada)
		for column, id := range hers {
			if b := belongings()[column]; b.section == "" && strings.Contains(fmt.Sprint(file), id) && !has("experiences.claimed_by_id moderation_decisions.moderator_id responses.decided_by_id", column) { // which can lie on their own words, or on an answer of which they were told
				t.Errorf("%s is in the export though %s", column, b.because)
			} else if b.section != "" && !strings.Contains(fmt.Sprint(file[b.section]), id) {
				t.Errorf("%s is not in %s", column, b.section)
			}
		}
		ada.act(eraseQuery, vars{"in": vars{"confirm": "ERASE ME"}}, "")
		s.ticks(t)
		for column, id := range hers {
			w.remains(t, ada, column, id)
		}
	})
}

// empties makes rows of the kinds that are not on the stage, and room for the steps of others.
func (w *world) empties(ada *person) {
	at, who, ctx := w.clock.Now(), typeid.ID(ada.id), w.system()
	w.DB.Person.UpdateOneID(who).SetSteps(1000).ExecX(ctx)
	w.DB.Identity.Create().SetCreatedAt(at).SetPersonID(w.person("gone")).SetIssuer("https://issuer.example").SetSubjectHash("zq").ExecX(ctx)
	w.DB.SignOn.Create().SetCreatedAt(at).SetPersonID(w.person("gone")).SetSecretHash("zq").SetRedirect("https://app.example").SetExpiresAt(at).ExecX(ctx)
	w.passkeyOf("gone", "zq")
	w.DB.PasskeyChallenge.Create().SetCreatedAt(at).SetPersonID(w.person("gone")).SetChallengeHash("zq").SetExpiresAt(at).ExecX(ctx)
	w.DB.Invitation.Create().SetCreatedAt(at).SetCodeHash("zq").SetRole(invitation.RoleStaff).SetExpiresAt(at).ExecX(ctx)
}

// gives makes a row of the stage somebody's, with a word in every column that holds what is theirs, and gives its id.
func (w *world) gives(t *testing.T, p *person, column string, before map[string]string) string {
	t.Helper()
	table, column, _ := strings.Cut(column, ".")
	taken := map[string]bool{}
	for _, id := range before {
		taken[id] = true
	}
	for _, fresh := range []bool{true, false} {
		for _, id := range w.rowsOf(t, table) {
			if taken[id] == fresh {
				continue
			}
			set := column + " = '" + p.id + "'"
			for name := range strings.FieldsSeq(belongings()[table+"."+column].gone) {
				if name != "dropped" {
					set += ", " + name + " = 'zqhers'"
				}
			}
			if table == "appeals" {
				set += ", experience_id = '" + before["experiences.author_id"] + "'"
			}
			if _, err := w.db.Store.DB().ExecContext(t.Context(), "UPDATE "+table+" SET "+set+" WHERE id = '"+id+"'"); err == nil {
				return id
			}
		}
	}
	t.Fatalf("there is no row in %s that could be theirs", table)
	return ""
}

func (w *world) rowsOf(t *testing.T, table string) (ids []string) {
	t.Helper()
	rows, err := w.db.Store.DB().QueryContext(t.Context(), "SELECT id FROM "+table+" ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// exported is somebody's file, by its lists.
func (s *stage) exported(t *testing.T, p *person) (file map[string]any) {
	t.Helper()
	x := p.act(`mutation { dataExport { export { id } userErrors { message } } }`, nil, "dataExport.export.id").(string)
	s.ticks(t)
	var text strings.Builder
	for _, part := range s.DB.Export.GetX(s.system(), typeid.ID(x)).QueryParts().AllX(s.system()) {
		text.Write(part.Body)
	}
	if err := json.Unmarshal([]byte(text.String()), &file); err != nil {
		t.Fatalf("the file is no JSON: %v", err)
	}
	return file
}

// remains wants nothing left of a row but what the table says.
func (w *world) remains(t *testing.T, p *person, column, id string) {
	t.Helper()
	table, of, _ := strings.Cut(column, ".")
	left := w.count(t, table, of, typeid.ID(p.id))
	for name := range strings.FieldsSeq(belongings()[column].gone) {
		if name == "dropped" && left > 0 {
			t.Errorf("%d rows are left of %s", left, column)
		} else if name != "dropped" && w.count(t, table, name+" = 'zqhers' AND id", typeid.ID(id)) > 0 {
			t.Errorf("%s.%s is left, where %s is theirs", table, name, of)
		}
	}
}
