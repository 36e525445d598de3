package graph_test

import (
	"errors"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"hearback/auth"
	"hearback/ent/generated/ent/identity"
	"hearback/ent/typeid"
	"hearback/graph"
)

// believes has the house take access tokens of an issuer.
func (s *stage) believes(i *issuer) {
	s.t.Helper()
	elsewhere := &auth.Trusted{Issuer: i.URL, Audience: "hearback-api", Keys: i.URL + "/keys", Algorithms: []string{"RS256"}, Type: "at+jwt", Client: i.Client(), Now: s.clock.Now, Log: slog.New(slog.DiscardHandler)}
	if err := elsewhere.Open(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.door = s.Handler(graph.Options{Streams: s.streams, Limits: graph.DefaultLimits(), Log: quiet(s), Trusted: []*auth.Trusted{elsewhere}})
}

// access is an access token of the issuer for somebody, with its own key; change makes it another.
func (i *issuer) access(s *stage, name string, change func(header, claims map[string]any)) string {
	i.t.Helper()
	held, err := i.SigningKey(i.t.Context())
	if err != nil {
		i.t.Fatal(err)
	}
	now := s.clock.Now()
	header, claims := map[string]any{"typ": "at+jwt"}, map[string]any{
		"iss": i.URL, "aud": []string{"hearback-api"}, "sub": name, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "scope": "openid experience:read experience:write",
	}
	if change != nil {
		change(header, claims)
	}
	options := &jose.SignerOptions{}
	for name, value := range header {
		options = options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: held.SignatureAlgorithm(), Key: jose.JSONWebKey{Key: held.Key(), KeyID: held.ID()}}, options)
	text, err2 := jwt.Signed(signer).Claims(claims).Serialize()
	if err := errors.Join(err, err2); err != nil {
		i.t.Fatal(err)
	}
	return text
}

// Who has signed in here with an account elsewhere once comes in with access tokens of that issuer too, as long as both believe
// each other and the account is theirs.
func TestTokensOfATrustedIssuer(t *testing.T) {
	tell(t, func(t *testing.T, s *stage) {
		i, nobody, ward := s.trust(t), s.nobody(), s.place("Ward 7", nil)
		sam := s.signedIn("Sam", nobody.finishes(nobody.visits(i, "zqsam")))
		sam.hold("STAFF", ward)
		s.believes(i)
		with := func(token string) *person {
			return &person{stage: s, name: "Sam, from elsewhere", id: sam.id, token: token}
		}

		t.Run("TheyAreThePersonWithTheirRoles", func(t *testing.T) {
			p := with(i.access(s, "zqsam", nil))
			if id := p.get(`{ viewer { id inbox { totalCount } } }`, nil, "viewer.id"); id != sam.id {
				t.Errorf("it is %v, want %s", id, sam.id)
			}
			if p.share(ward, "CARER", "It was loud.") == "" {
				t.Error("nothing can be said")
			}
			refused(t, "more than the token may", p.ask(`mutation($in: ResponseGiveInput!) { responseGive(input: $in) { userErrors { code } } }`, vars{"in": vars{"experienceId": typeid.New(typeid.Experience), "body": "Thank you."}}), "FORBIDDEN")
			whole := with(i.access(s, "zqsam", func(_, claims map[string]any) { claims["scope"] = auth.SessionScopes().String() }))
			refused(t, "it opens no session", whole.ask(`mutation { sessionEndOthers { userErrors { code } } }`, nil), "FORBIDDEN")
		})
		t.Run("NamesOfScopesThatWeDoNotHaveNarrowNothing", func(t *testing.T) {
			p := with(i.access(s, "zqsam", func(_, claims map[string]any) { claims["scope"] = "openid profile" }))
			if p.share(ward, "CARER", "It was loud again.") == "" {
				t.Error("nothing can be said")
			}
			reader := with(i.access(s, "zqsam", func(_, claims map[string]any) { claims["scope"] = "openid experience:read" }))
			refused(t, "a token that reads", reader.ask(shareQuery, vars{"in": vars{"serviceId": ward.ID, "relationship": "CARER", "story": "It was loud."}}), "FORBIDDEN")
		})
		t.Run("NothingElseIsBelieved", func(t *testing.T) {
			for why, token := range map[string]string{
				"somebody who never signed in here": i.access(s, "zqnew", nil),
				"another audience":                  i.access(s, "zqsam", func(_, claims map[string]any) { claims["aud"] = "another" }),
				"another issuer":                    i.access(s, "zqsam", func(_, claims map[string]any) { claims["iss"] = i.URL + "/other" }),
				"run out":                           i.access(s, "zqsam", func(_, claims map[string]any) { claims["exp"] = s.clock.Now().Add(-time.Minute).Unix() }),
				"without an end":                    i.access(s, "zqsam", func(_, claims map[string]any) { delete(claims, "exp") }),
				"too long a life":                   i.access(s, "zqsam", func(_, claims map[string]any) { claims["exp"] = s.clock.Now().Add(48 * time.Hour).Unix() }),
				"an ID token":                       i.access(s, "zqsam", func(header, _ map[string]any) { header["typ"] = "JWT" }),
				"an extension that we do not know":  i.access(s, "zqsam", func(header, _ map[string]any) { header["crit"] = []string{"b64"} }),
				"no signature":                      unsigned(map[string]any{"iss": i.URL, "aud": "hearback-api", "sub": "zqsam", "exp": s.clock.Now().Add(time.Minute).Unix(), "iat": s.clock.Now().Unix()}),
				"a key that is public":              sealed(t, jose.SigningKey{Algorithm: jose.HS256, Key: i.publicBytes(t)}, map[string]any{"iss": i.URL, "aud": "hearback-api", "sub": "zqsam", "exp": s.clock.Now().Add(time.Minute).Unix(), "iat": s.clock.Now().Unix()}),
				"another key":                       sealed(t, jose.SigningKey{Algorithm: jose.RS256, Key: otherKey(t)}, map[string]any{"iss": i.URL, "aud": "hearback-api", "sub": "zqsam", "exp": s.clock.Now().Add(time.Minute).Unix(), "iat": s.clock.Now().Unix()}),
			} {
				with(token).turnedAway(t, why)
			}
		})
		t.Run("AStreamEndsWithTheAccount", func(t *testing.T) {
			server, mo := s.server(), s.somebody("Mo", auth.Moderator, ward)
			p := with(i.access(s, "zqsam", nil))
			told := p.share(ward, "CARER", "It was loud a third time.")
			heard := []stream{p.hear(server, myNews), p.call(server, myNews)}
			s.listening(p)
			s.DB.Identity.Delete().Where(identity.PersonID(typeid.ID(sam.id))).ExecX(s.system())
			p.turnedAway(t, "an account that is theirs no more")
			mo.publish(told)
			for _, stream := range heard {
				stream.endsWithoutData(t)
			}
		})
		t.Run("KeysThatCannotBeHadAreNoFaultOfTheToken", func(t *testing.T) {
			token := i.access(s, "zqsam", nil)
			i.down = true
			s.believes(i)
			if a := with(token).ask(`{ viewer { id } }`, nil); a.Status != http.StatusServiceUnavailable || a.code() != "UNAVAILABLE" {
				t.Errorf("%d %s", a.Status, a.Body)
			}
		})
	})
}
