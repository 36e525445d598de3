package main

import (
	"fmt"
	"net/url"
	"strings"
	_ "time/tzdata" // people's hours are counted where they live, also on machines without a list of time zones

	"hearback/ent/query"
	"hearback/internal/push"
)

// tellingFlags say how people are told outside the app, besides mail, and of how many people a number is at least; servers and workers
// of one installation share them.
type tellingFlags struct {
	AppURL      string      `name:"app-url" env:"APP_URL" help:"Where the app is on the web, for letters, such as https://app.example.org. Without it they name no address."`
	PushContact string      `name:"push-contact" env:"PUSH_CONTACT" help:"At which address push services find who runs this, such as ops@example.org. Without it nothing is pushed to devices."`
	PushKeyFile string      `name:"push-key-file" env:"PUSH_KEY_FILE" default:"./data/push-key.pem" help:"The key that says to push services who we are (VAPID); made when missing. Devices are bound to it."`
	SmallNumber smallNumber `name:"small-number" env:"SMALL_NUMBER" default:"5" help:"Counts about fewer different people are hidden; 5 or more."`
}

// apply hangs it into the house.
func (f tellingFlags) apply(h *house) error {
	app, err := url.Parse(f.AppURL)
	if f.AppURL != "" && (err != nil || app.Scheme != "https" && app.Scheme != "http" || app.Host == "") {
		return fmt.Errorf("APP_URL %q is not a web address. Write it like https://app.example.org", f.AppURL)
	}
	h.Flow.App = f.AppURL
	h.SmallNumber = max(query.K, int(f.SmallNumber))
	h.Flow.SmallNumber = h.SmallNumber
	if f.PushContact == "" {
		return nil
	}
	if !strings.Contains(f.PushContact, "@") && !strings.HasPrefix(f.PushContact, "https://") {
		return fmt.Errorf("PUSH_CONTACT %q is neither an e-mail address nor a page. Write it like ops@example.org or https://example.org/contact", f.PushContact)
	}
	data, err := privateKey(f.PushKeyFile)
	if err != nil {
		return fmt.Errorf("PUSH_KEY_FILE %q: %w", f.PushKeyFile, err)
	}
	key, err := push.ParseKey(data)
	if err != nil {
		return fmt.Errorf("PUSH_KEY_FILE %q: %w", f.PushKeyFile, err)
	}
	h.Flow.Push = push.NewSender(key, f.PushContact, push.Public, nil)
	return nil
}

// where says on start whether devices are told.
func (f tellingFlags) where() string {
	if f.PushContact == "" {
		return "off (set PUSH_CONTACT to tell devices)"
	}
	return "by Web Push"
}
