package store

import (
	"net/url"
	"path/filepath"
	"strings"

	"entgo.io/ent/dialect"
)

// address is a parsed store URL.
type address struct {
	url     string
	dialect string
	path    string   // SQLite: the file, as it was written
	server  *url.URL // PostgreSQL
}

// parse tells the two kinds of URL apart. What follows sqlite:// is taken literally, as a path.
func parse(text string) (address, error) {
	if path, ok := strings.CutPrefix(text, "sqlite://"); ok {
		return parseSQLite(text, path)
	}
	if strings.HasPrefix(text, "postgres://") || strings.HasPrefix(text, "postgresql://") {
		return parsePostgres(text)
	}
	return address{}, &Error{
		Kind: BadURL, Store: "The store", Problem: "has an address that begins with neither sqlite:// nor postgres://",
		Remedy: "For example: DATABASE_URL=sqlite://./data/hearback.db or DATABASE_URL=postgres://user:password@host:5432/hearback",
	}
}

func parseSQLite(text, path string) (address, error) {
	if path == "" || strings.HasSuffix(path, "/") || strings.HasPrefix(path, ":memory:") || strings.ContainsRune(path, 0) {
		return address{}, &Error{
			Kind: BadURL, Store: "The store", Problem: "needs a file, and " + text + " does not name one",
			Remedy: "For example: DATABASE_URL=sqlite://./data/hearback.db, or sqlite:///tmp/try.db for one that is soon forgotten",
		}
	}
	return address{url: text, dialect: dialect.SQLite, path: path}, nil
}

// parsePostgres never repeats what the URL parser says: it quotes the text, and with it the password.
func parsePostgres(text string) (address, error) {
	server, err := url.Parse(text)
	if err != nil {
		return address{}, &Error{
			Kind: BadURL, Store: "PostgreSQL", Problem: "has an address that is not a URL",
			Remedy: "It looks like postgres://user:password@host:5432/hearback; in a password write @ as %40, / as %2F, : as %3A and % as %25",
		}
	}
	return address{url: text, dialect: dialect.Postgres, server: server}, nil
}

// describe shows neither password nor options (some of which are secrets too).
func (a address) describe() string {
	if a.dialect == dialect.SQLite {
		return "SQLite " + a.path
	}
	host := a.server.Host
	if host == "" {
		host = a.server.Query().Get("host")
	}
	if name := a.server.User.Username(); name != "" {
		host = name + "@" + host
	}
	return "PostgreSQL " + host + "/" + strings.TrimPrefix(a.server.Path, "/")
}

// folder is where the SQLite file and its two companions (-wal, -shm) live.
func (a address) folder() string { return filepath.Dir(a.path) }
