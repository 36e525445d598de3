package letters_test

import (
	"strings"
	"testing"

	"hearback/internal/letters"
)

func TestEveryLanguageSaysTheSame(t *testing.T) {
	t.Parallel()
	b, err := letters.Open()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(b.Languages(), " "); got != "en de" {
		t.Errorf("there are %s", got)
	}
	for wanted, hello := range map[string]string{"": "Hello,", "en-GB": "Hello,", "de": "Guten Tag,", "de-AT": "Guten Tag,", "cy": "Hello,", "no language at all": "Hello,"} {
		n, d := b.News(wanted, []string{"ANSWERED", "HEARD"}, ""), b.Digest(wanted, []letters.Waiting{{What: "reviews", Many: 3}}, "https://app.example.org")
		for _, l := range []letters.Letter{n, d} {
			if !strings.HasPrefix(l.Text, hello+"\n\n") || l.Subject == "" || strings.Contains(l.Subject, "Hearback") || strings.Contains(l.Text, "\n\n\n") || strings.Contains(l.Text, "- \n") {
				t.Errorf("%q reads %q:\n%s", wanted, l.Subject, l.Text)
			}
		}
		if strings.Count(n.Text, "\n- ") != 2 || strings.Contains(n.Text, "https://") || !strings.Contains(d.Text, ": 3\n") || !strings.Contains(d.Text, " https://app.example.org\n") {
			t.Errorf("%q reads\n%s\n%s", wanted, n.Text, d.Text)
		}
	}
}
