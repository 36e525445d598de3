package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"hearback/auth"
	"hearback/ent/generated/ent"
	"hearback/ent/generated/ent/step"
	"hearback/ent/typeid"
	"hearback/internal/mail"
	"hearback/internal/push"
	"hearback/workflow"
)

// devices are a push service in the story: it keeps what it is given, and refuses as it is told to.
type devices struct {
	guard  sync.Mutex
	got    map[string][]string // by endpoint
	refuse map[string]*push.Failure
}

func (d *devices) PublicKey() string { return "zqpublic" }

func (d *devices) Check(to push.Device) error {
	if !strings.HasPrefix(to.Endpoint, "https://push.example/") {
		return errors.New("its endpoint must be an https address of a push service")
	}
	return nil
}

func (d *devices) Send(_ context.Context, to push.Device, payload []byte) error {
	d.guard.Lock()
	defer d.guard.Unlock()
	if f := d.refuse[to.Endpoint]; f != nil {
		return f
	}
	d.got[to.Endpoint] = append(d.got[to.Endpoint], string(payload))
	return nil
}

func (s *stage) devices() *devices {
	d := &devices{got: map[string][]string{}, refuse: map[string]*push.Failure{}}
	s.Flow.Push = d
	return d
}

const (
	openQuery    = `mutation($in: ChannelOpenInput!) { channelOpen(input: $in) { channel { id kind wants } userErrors { code message path } } }`
	closeQuery   = `mutation($in: ChannelCloseInput!) { channelClose(input: $in) { closed userErrors { code } } }`
	tellingQuery = `mutation($in: TellingSetInput!) { tellingSet(input: $in) { telling { language timeZone quietFrom quietUntil paused pausedUntil digestAt pushKey } userErrors { code message path } } }`
	markQuery    = `mutation($in: StepsMarkInput!) { stepsMark(input: $in) { viewer { unreadSteps } userErrors { code message path } } }`
	unreadQuery  = `{ viewer { unreadSteps steps(unread: true) { nodes { id kind readAt } } read: steps(unread: false) { nodes { id readAt } } } }`
)

func device(name string) vars {
	return vars{"endpoint": "https://push.example/" + name, "p256dh": "key", "auth": "secret"}
}

func (p *person) openMail(wants ...string) string {
	p.t.Helper()
	return p.act(openQuery, vars{"in": vars{"kind": "EMAIL", "wants": wants}}, "channelOpen.channel.id").(string)
}

func (p *person) openDevice(name string, wants ...string) string {
	p.t.Helper()
	return p.act(openQuery, vars{"in": vars{"kind": "PUSH", "wants": wants, "push": device(name)}}, "channelOpen.channel.id").(string)
}

func (p *person) wishes(in vars) { p.t.Helper(); p.act(tellingQuery, vars{"in": in}, "") }

// post are the letters about news since the last look.
func (s *stage) post() (some []mail.Message) {
	s.letters.guard.Lock()
	defer s.letters.guard.Unlock()
	for _, m := range s.letters.sent {
		if !strings.HasPrefix(m.Subject, "Your code") {
			some = append(some, m)
		}
	}
	s.letters.sent = nil
	return some
}

// answered lets staff answer something.
func (p *person) answered(experience string) {
	p.t.Helper()
	p.act(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { response { id } userErrors { message } } }`, vars{"in": vars{"experienceId": experience, "body": "zqsorry."}}, "")
}

// gathered lets the time pass that a letter waits, and has the work done.
func (s *stage) gathered(t *testing.T, people ...*person) []mail.Message {
	t.Helper()
	s.later(workflow.Gathering, people...)
	s.ticks(t)
	return s.post()
}

// ward is a place with those who hear and answer there.
func (s *stage) hears() (ward *ent.Service, mo, sam *person) {
	ward = s.place("zqward", nil)
	return ward, s.somebody("Mo", auth.Moderator, ward), s.somebody("Sam", auth.Staff, ward)
}

// Pat is told by letter of what she wants to be told of, of all that came within five minutes in one, without anybody's words.
func TestToldByMail(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, mo, sam := s.hears()
		pat, ann := s.signs(t, "pat@example.org"), s.start("Ann")
		if a := ann.ask(openQuery, vars{"in": vars{"kind": "EMAIL", "wants": []string{"ANSWERS"}}}); a.code() != "NOT_NOW" {
			t.Errorf("who has no address is to get letters: %s", a.Body)
		}
		if a := ann.ask(openQuery, vars{"in": vars{"kind": "PUSH", "wants": []string{"ANSWERS"}, "push": device("a")}}); a.code() != "NOT_NOW" {
			t.Errorf("a device where none are told: %s", a.Body)
		}
		first := pat.openMail("CHANGES")
		if again := pat.openMail("ANSWERS", "MY_WORDS", "ANSWERS"); again != first {
			t.Errorf("there are two letter boxes: %s %s", first, again)
		}
		if got := pat.get(`{ viewer { channels { nodes { kind wants } } } }`, nil, "viewer.channels.nodes.0.wants"); dig(got, "0") != "MY_WORDS" || dig(got, "1") != "ANSWERS" || dig(got, "2") != nil {
			t.Errorf("it is for %v", got)
		}
		before := pat.share(ward, "PATIENT", "zqbefore")
		mo.publish(before)
		pat.takesBack(before, "CONTACT_ABOUT_CHANGE") // and will not be asked again
		pat.openMail("PEOPLE")
		pat.openMail("ANSWERS", "MY_WORDS") // from now on
		told := pat.share(ward, "PATIENT", "zqstory")
		s.post()
		sam.answered(before)
		mo.publish(told)
		sam.answered(told)
		sam.link(sam.propose(ward, "zqchange"), told, "zqwhy")
		if s.ticks(t); len(s.post()) > 0 {
			t.Error("a letter came at once")
		}
		got := s.gathered(t, pat, sam)
		if len(got) != 1 || got[0].To != "pat@example.org" {
			t.Fatalf("there are %v", got)
		}
		for _, want := range []string{"everybody can hear it", "The service answered you", "not for urgent care", "open the app."} {
			if !strings.Contains(got[0].Text, want) {
				t.Errorf("it does not say %q: %s", want, got[0].Text)
			}
		}
		for _, not := range []string{"zq", "led to a change", pat.id, told} {
			if strings.Contains(got[0].Text+got[0].Subject, not) {
				t.Errorf("it says %q: %s", not, got[0].Text)
			}
		}
		if more := s.gathered(t, pat); len(more) > 0 {
			t.Errorf("told twice: %v", more)
		}
		s.idle(t)
		pat.wishes(vars{"language": "de-AT"})
		s.Flow.App = "https://app.example.org"
		second := pat.share(ward, "PATIENT", "Another.")
		s.later(0, mo)
		mo.publish(second)
		if got := s.gathered(t, pat); len(got) != 1 || !strings.Contains(got[0].Text, "ist veröffentlicht") || strings.Contains(got[0].Text, "geantwortet") || !strings.Contains(got[0].Text, "https://app.example.org") {
			t.Errorf("in her language she is told %v", got)
		}
		s.later(0, ann, pat)
		for who, code := range map[*person]string{ann: "NOT_FOUND", pat: ""} {
			if a := who.ask(closeQuery, vars{"in": vars{"channelId": first}}); a.code() != code {
				t.Errorf("closed: %s", a.Body)
			}
		}
		s.later(0, sam)
		sam.answered(second)
		if got := s.gathered(t); len(got) > 0 {
			t.Errorf("who closed it is told %v", got)
		}
	})
}

// A device gets an id and nothing else, at once; one that is gone is forgotten, and in other hands it tells those.
func TestToldOnADevice(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, mo, sam := s.hears()
		all := s.devices()
		pat, ann := s.start("Pat"), s.start("Ann")
		if a := pat.ask(openQuery, vars{"in": vars{"kind": "PUSH", "wants": []string{"ANSWERS"}, "push": vars{"endpoint": "http://127.0.0.1/", "p256dh": "", "auth": ""}}}); a.code() != "INVALID" {
			t.Errorf("a device on this machine: %s", a.Body)
		}
		pat.openDevice("phone", "ANSWERS")
		pat.openDevice("tablet", "ANSWERS", "MY_WORDS")
		told := pat.share(ward, "PATIENT", "zqstory")
		mo.publish(told)
		s.ticks(t)
		newest := pat.get(`{ viewer { steps(last: 1) { nodes { id } } } }`, nil, "viewer.steps.nodes.0.id").(string)
		if got := all.got["https://push.example/tablet"]; len(got) != 1 || got[0] != `{"id":"`+newest+`"}` {
			t.Errorf("the tablet got %v", got)
		}
		all.refuse["https://push.example/tablet"] = &push.Failure{Status: 410, Gone: true, Permanent: true}
		sam.answered(told)
		s.ticks(t)
		if got := all.got["https://push.example/phone"]; len(got) != 1 || len(all.got["https://push.example/tablet"]) != 1 {
			t.Errorf("the devices got %v", all.got)
		}
		if n := s.DB.Channel.Query().CountX(s.system()); n != 1 {
			t.Errorf("%d are left where one is gone", n)
		}
		ann.openDevice("phone", "ANSWERS", "MY_WORDS")
		if left := s.DB.Channel.Query().OnlyX(s.system()); string(left.PersonID) != ann.id {
			t.Error("the phone tells who does not hold it")
		}
		hers := ann.share(ward, "PATIENT", "Dark.")
		ann.act(`mutation { sessionEnd { userErrors { message } } }`, nil, "")
		mo.publish(hers)
		s.ticks(t)
		if got := all.got["https://push.example/phone"]; len(got) != 1 || s.DB.Channel.Query().ExistX(s.system()) {
			t.Errorf("who signed out is told: %v", got)
		}
		s.idle(t)
	})
}

// What is read in the app is not sent besides, and what is not read is counted.
func TestReadIsNotSent(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, mo, sam := s.hears()
		pat, ann := s.signs(t, "pat@example.org"), s.start("Ann")
		pat.openMail("MY_WORDS", "ANSWERS")
		told := pat.share(ward, "PATIENT", "Loud.")
		mo.publish(told)
		sam.answered(told)
		s.post()
		got := pat.get(unreadQuery, nil, "viewer")
		heard, answer := dig(got, "steps.nodes.0.id"), dig(got, "steps.nodes.1.id")
		if dig(got, "unreadSteps") != 2.0 || dig(got, "steps.nodes.2") != nil || dig(got, "read.nodes.0") != nil {
			t.Fatalf("unread are %v", got)
		}
		for name, in := range map[string]vars{"neither": {}, "both": {"stepIds": []any{heard}, "upTo": heard}} {
			if a := pat.ask(markQuery, vars{"in": in}); a.code() != "INVALID" {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		if a := ann.ask(markQuery, vars{"in": vars{"stepIds": []any{heard}}}); a.code() != "NOT_FOUND" {
			t.Errorf("Ann marks what Pat was told: %s", a.Body)
		}
		if n := pat.act(markQuery, vars{"in": vars{"stepIds": []any{answer}}}, "stepsMark.viewer.unreadSteps"); n != 1.0 {
			t.Errorf("%v are unread", n)
		}
		letters := s.gathered(t, pat)
		if len(letters) != 1 || strings.Contains(letters[0].Text, "answered") {
			t.Errorf("told of what she has read: %v", letters)
		}
		if n := pat.act(markQuery, vars{"in": vars{"upTo": answer}}, "stepsMark.viewer.unreadSteps"); n != 0.0 {
			t.Errorf("%v are unread", n)
		}
		if n := pat.act(markQuery, vars{"in": vars{"stepIds": []any{heard}, "read": false}}, "stepsMark.viewer.unreadSteps"); n != 1.0 {
			t.Errorf("%v are unread", n)
		}
		if got := pat.get(unreadQuery, nil, "viewer"); dig(got, "steps.nodes.0.id") != heard || dig(got, "read.nodes.0.id") != answer || dig(got, "read.nodes.0.readAt") == nil {
			t.Errorf("marked: %v", got)
		}
		if more := s.gathered(t); len(more) > 0 {
			t.Errorf("told again of what was marked as not read: %v", more)
		}
	})
}

// Quiet hours and pauses keep what comes until they are over, where the person lives; then it comes together.
func TestQuietHoursAndPauses(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) { // it is 09:30 UTC
		ward, mo, sam := s.hears()
		all, pat := s.devices(), s.signs(t, "pat@example.org")
		pat.openDevice("phone", "MY_WORDS", "ANSWERS")
		pings := func() int { s.ticks(t); return len(all.got["https://push.example/phone"]) }
		for name, in := range map[string]vars{
			"no end": {"quietFrom": "22:00"}, "no time": {"quietFrom": "22", "quietUntil": "7"}, "the same": {"quietFrom": "07:00", "quietUntil": "07:00"},
			"no zone": {"timeZone": "../etc/passwd"}, "here": {"timeZone": "Local"}, "no language": {"language": "zq zq"}, "past": {"paused": true, "pausedUntil": "2020-01-01T00:00:00Z"},
		} {
			if a := pat.ask(tellingQuery, vars{"in": in}); a.code() != "INVALID" {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
		pat.wishes(vars{"timeZone": "Asia/Tokyo", "quietFrom": "18:00", "quietUntil": "19:00"}) // 09:00 to 10:00 UTC
		told := pat.share(ward, "PATIENT", "Loud.")
		mo.publish(told)
		sam.answered(told)
		if n := pings(); n != 0 {
			t.Errorf("%d in quiet hours", n)
		}
		if s.later(29*time.Minute, pat, mo, sam); pings() != 0 {
			t.Error("one before they end")
		}
		if s.later(time.Minute, pat, mo, sam); pings() != 1 {
			t.Errorf("%d after they end", pings())
		}
		pat.wishes(vars{"quietFrom": nil, "quietUntil": "", "paused": true, "pausedUntil": s.clock.Now().Add(time.Hour)})
		mo.publish(pat.share(ward, "PATIENT", "Dark."))
		if pings() != 1 {
			t.Error("one in a pause")
		}
		if got := pat.get(`{ viewer { telling { paused pausedUntil quietFrom timeZone pushKey } } }`, nil, "viewer.telling"); dig(got, "paused") != true || dig(got, "quietFrom") != "" || dig(got, "timeZone") != "Asia/Tokyo" || dig(got, "pushKey") != "zqpublic" {
			t.Errorf("she reads %v", got)
		}
		if s.later(time.Hour, pat, mo); pings() != 2 {
			t.Errorf("%d after the pause", pings())
		}
		if got := pat.get(`{ viewer { telling { paused pausedUntil } } }`, nil, "viewer.telling"); dig(got, "paused") != false || dig(got, "pausedUntil") != nil {
			t.Errorf("after it she reads %v", got)
		}
		pat.wishes(vars{"paused": true, "pausedUntil": nil})
		for _, words := range []string{"Cold.", "Wet."} {
			mo.publish(pat.share(ward, "PATIENT", words))
		}
		if s.later(1000*time.Hour, pat); pings() != 2 {
			t.Error("a pause ended by itself")
		}
		s.idle(t)
		if pat.wishes(vars{"paused": false}); pings() != 3 {
			t.Errorf("%d when she came back", pings())
		}
		s.idle(t)
	})
}

// What holds is looked up when something is sent, not only when it is written down.
func TestConsentHoldsWhenItIsSent(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, mo, sam := s.hears()
		lead := s.somebody("Lea", auth.SafeguardingLead, ward)
		pat := s.signs(t, "pat@example.org")
		pat.openMail("MY_WORDS", "ANSWERS", "CHANGES", "QUESTIONS", "PEOPLE")
		s.post()
		for name, act := range map[string]func(string){
			"withdrawn": func(id string) {
				pat.act(`mutation($in: ExperienceWithdrawInput!) { experienceWithdraw(input: $in) { experience { id } userErrors { message } } }`, vars{"in": vars{"experienceId": id, "expectedVersion": 2}}, "")
			},
			"paused": func(id string) {
				pat.act(`mutation($in: ProcessingPauseInput!) { processingPause(input: $in) { experience { id } userErrors { message } } }`, vars{"in": vars{"experienceId": id, "expectedVersion": 2}}, "")
			},
			"held back for safety": func(id string) {
				lead.act(`mutation($in: ConcernRaiseInput!) { concernRaise(input: $in) { userErrors { message } } }`, vars{"in": vars{"experienceId": id, "level": "SERIOUS", "reason": "Somebody is in danger."}}, "")
			},
		} {
			s.later(0, pat, mo, sam, lead)
			told := pat.share(ward, "PATIENT", "Loud.")
			mo.publish(told)
			sam.answered(told)
			act(told)
			if got := s.gathered(t); len(got) > 0 {
				t.Errorf("%s, and told %v", name, got)
			}
		}
		s.later(0, pat, mo, sam)
		told := pat.share(ward, "PATIENT", "Loud.")
		mo.publish(told)
		sam.answered(told)
		pat.takesBack(told, "CONTACT_ABOUT_CHANGE")
		if got := s.gathered(t, pat); len(got) != 1 || strings.Contains(got[0].Text, "answered") || !strings.Contains(got[0].Text, "published") {
			t.Errorf("who does not want news is told %v", got)
		}
		s.idle(t)
	})
}

// Who is erased is told nothing more, and nothing of how is left.
func TestErasedAreToldNothing(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, mo, _ := s.hears()
		all, pat := s.devices(), s.signs(t, "pat@example.org")
		pat.openMail("MY_WORDS")
		pat.openDevice("phone", "MY_WORDS")
		pat.wishes(vars{"timeZone": "Asia/Tokyo", "digestAt": "08:00", "quietFrom": "01:00", "quietUntil": "02:00"})
		mo.publish(pat.share(ward, "PATIENT", "Loud."))
		pat.act(eraseQuery, vars{"in": vars{"confirm": "ERASE ME"}}, "")
		s.post()
		if got := s.gathered(t); len(got)+len(all.got) > 0 {
			t.Errorf("she is told %v %v", got, all.got)
		}
		left := s.DB.Person.GetX(s.system(), typeid.ID(pat.id))
		if s.DB.Channel.Query().ExistX(s.system()) || left.TimeZone+left.DigestAt+left.QuietFrom != "" || left.DigestNext != nil {
			t.Errorf("left is %v", left)
		}
	})
}

// Every kind of step belongs to a group that people can choose, or to none for a reason; each that does has words in every language.
func TestEveryKindOfStepIsToldOrNot(t *testing.T) {
	t.Parallel()
	inTheAppAlone := "SAFEGUARDING IDENTITY_SEEN WITHDRAWN PAUSED" // about safety, or what they did themselves
	all := texts(t)
	for _, k := range contract().Types["StepKind"].EnumValues {
		group := workflow.GroupOf(step.Kind(k.Name))
		if (group == "") != has(inTheAppAlone, k.Name) {
			t.Errorf("%s is in the group %q: say in GroupOf of workflow/news.go what people choose it with, or here why nobody is told of it outside the app", k.Name, group)
		}
		for name, words := range all {
			if (words["step."+k.Name] == "") != (group == "") {
				t.Errorf("%s has the words %q for %s", name, words["step."+k.Name], k.Name)
			}
		}
	}
	for i, g := range contract().Types["NewsGroup"].EnumValues {
		if string(workflow.NewsGroups()[i]) != g.Name {
			t.Errorf("the contract has the group %s", g.Name)
		}
	}
}

// texts are the words of letters, by language.
func texts(t *testing.T) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	for _, name := range []string{"en", "de"} {
		data, err := os.ReadFile("../internal/letters/texts/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var words map[string]string
		if err := json.Unmarshal(data, &words); err != nil {
			t.Fatal(err)
		}
		all[name] = words
	}
	return all
}

// Who wants to be told of more is told of what comes from then on.
func TestToldFromNowOn(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		ward, mo, sam := s.hears()
		pat := s.signs(t, "pat@example.org")
		pat.openMail("CHANGES")
		told := pat.share(ward, "PATIENT", "Loud.")
		mo.publish(told)
		pat.openMail("MY_WORDS", "ANSWERS")
		s.post()
		if got := s.gathered(t, sam); len(got) > 0 {
			t.Errorf("told of what was: %v", got)
		}
		sam.answered(told)
		if got := s.gathered(t); len(got) != 1 || strings.Contains(got[0].Text, "published") || !strings.Contains(got[0].Text, "answered") {
			t.Errorf("told of what was, too: %v", got)
		}
	})
}
