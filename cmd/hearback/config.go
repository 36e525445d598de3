package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"hearback/ent/query"
)

// storeFlags say where the data is.
type storeFlags struct {
	DatabaseURL string `name:"database-url" env:"DATABASE_URL" default:"sqlite://./data/hearback.db" help:"The store: sqlite://PATH or postgres://USER@HOST/NAME."`
}

// keyFlags say where the keys are that sign tokens; several servers of one installation share them.
type keyFlags struct {
	JWTKeysFile string `name:"jwt-keys-file" env:"JWT_KEYS_FILE" default:"./data/keys.json" help:"The keys that sign tokens; made when missing."`
	Issuer      string `name:"jwt-issuer" env:"JWT_ISSUER" default:"hearback" help:"The name of the installation in its tokens."`
	JWTKeys     string `name:"jwt-keys" env:"JWT_KEYS" help:"The keys themselves (a JWK set), in place of a file." hidden:""`
}

// listenFlags say where the API is heard and what it is called from outside.
type listenFlags struct {
	rateFlags
	logFlags
	Listen        string        `env:"LISTEN" default:"127.0.0.1:8080" help:"Address to listen on; port 0 lets the system choose."`
	BaseURL       string        `name:"base-url" env:"BASE_URL" help:"How the world calls this server; default is where it listens."`
	CORSOrigins   []string      `name:"cors-origins" env:"CORS_ORIGINS" help:"Pages from elsewhere that may use the API, such as https://app.example.org."`
	Introspection bool          `env:"INTROSPECTION" default:"true" negatable:"" help:"Whether clients may ask for the contract."`
	Playground    bool          `env:"PLAYGROUND" default:"true" negatable:"" help:"Whether /playground is served."`
	Drain         time.Duration `env:"DRAIN" default:"10s" help:"How long a stop waits for what is in flight."`
}

// logFlags say what is logged, and how.
type logFlags struct {
	LogFormat string     `name:"log-format" env:"LOG_FORMAT" enum:"text,json" default:"text" help:"text or json."`
	LogLevel  slog.Level `name:"log-level" env:"LOG_LEVEL" default:"info" help:"debug, info, warn or error."`
}

// smallNumber is the least number of different people that a count may be about.
type smallNumber int

// UnmarshalText reads the number; fewer than five people are told of nowhere.
func (n *smallNumber) UnmarshalText(text []byte) error {
	given, err := strconv.Atoi(string(text))
	if err != nil || given < query.K || given > 1000 {
		return fmt.Errorf("%q is not a number from %d to 1000", text, query.K)
	}
	*n = smallNumber(given)
	return nil
}

// mailFlags say how mail leaves; without them it is printed.
type mailFlags struct {
	SMTPURL  string `name:"smtp-url" env:"SMTP_URL" help:"Mail server, such as smtps://user:password@mail.example.org. Without it mail is printed."`
	MailFrom string `name:"mail-from" env:"MAIL_FROM" default:"hearback@localhost" help:"Who mail is from."`
}

// base is how the world calls the server that listens at an address.
func (f listenFlags) base(address string) (string, error) {
	if f.BaseURL == "" {
		return "http://" + reachable(address), nil
	}
	base, ok := webOrigin(f.BaseURL)
	if !ok {
		return "", fmt.Errorf("BASE_URL %q is not a web address without a path. Write it like https://feedback.example.org", f.BaseURL)
	}
	return base, nil
}

// reachable is an address that a link can lead to: one that listens everywhere has no host of its own.
func reachable(address string) string {
	if host, port, err := net.SplitHostPort(address); err == nil && net.ParseIP(host).IsUnspecified() {
		return net.JoinHostPort("localhost", port)
	}
	return address
}

// origins are the pages from elsewhere that may use the API, each by name: a * would let in whatever page somebody is on.
func (f listenFlags) origins() ([]string, error) {
	var named []string
	for _, text := range f.CORSOrigins {
		origin, ok := webOrigin(strings.TrimSpace(text))
		if !ok {
			return nil, fmt.Errorf("CORS_ORIGINS: %q is not the origin of one site. Write each like https://app.example.org, without a path and without *, with commas between them", text)
		}
		named = append(named, origin)
	}
	return named, nil
}

// webOrigin reads scheme, host and port of a site as browsers write them (RFC 6454 §6.2); false when it says more or less.
func webOrigin(text string) (string, bool) {
	u, err := url.Parse(strings.ToLower(strings.TrimSuffix(text, "/")))
	if err != nil || u.Hostname() == "" || strings.Contains(u.Host, "*") {
		return "", false
	}
	standard := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	origin := u.Scheme + "://" + u.Host
	return strings.TrimSuffix(origin, standard), standard != "" && origin == u.String()
}

func (f logFlags) logger(t terminal) *slog.Logger {
	options := &slog.HandlerOptions{Level: f.LogLevel}
	if f.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(t.Err, options))
	}
	return slog.New(slog.NewTextHandler(t.Err, options))
}

// folder makes the folder that a file is to lie in.
func folder(file string) error { return os.MkdirAll(filepath.Dir(file), 0o700) }
