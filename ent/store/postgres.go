package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"strconv"

	"github.com/lib/pq"
)

// oldestPostgres is the oldest server version that Hearback is tested for, as server_version_num counts.
const oldestPostgres = 140000

// openPostgres makes the pool and makes sure that a suitable server answers.
func openPostgres(ctx context.Context, where address, set settings) (*Store, error) {
	config, err := pq.NewConfig(where.url)
	if err != nil {
		return nil, explainPostgres(where, err)
	}
	connector, err := pq.NewConnectorConfig(configure(config, where.server.Query(), set))
	if err != nil {
		return nil, explainPostgres(where, err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(set.connections)
	db.SetMaxIdleConns(set.connections) // the default of 2 reconnects all the time: a GraphQL request reads siblings side by side
	if err := examine(ctx, db, where); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Store{db: db, address: where, gate: &WriteGate{}}, nil
}

// configure adds our settings to what the URL does not say. Times come back in UTC as they do from SQLite. A pooler that
// refuses statement_timeout at the start of a connection (PgBouncer) wants it in its ignore_startup_parameters.
func configure(config pq.Config, said url.Values, set settings) pq.Config {
	config = config.Clone()
	runtime := func(name, value string) {
		if !said.Has(name) {
			config.Runtime[name] = value
		}
	}
	runtime("timezone", "UTC")
	runtime("statement_timeout", strconv.FormatInt(set.statementTimeout.Milliseconds(), 10))
	if config.ApplicationName == "" {
		config.ApplicationName = set.application
	}
	if !said.Has("connect_timeout") {
		config.ConnectTimeout = set.patience
	}
	return config
}

// examine asks the server what it is.
func examine(ctx context.Context, db *sql.DB, where address) error {
	var version int
	var encoding, name string
	var standby bool
	err := db.QueryRowContext(ctx, `SELECT current_setting('server_version_num')::int, current_setting('server_version'),
		current_setting('server_encoding'), pg_is_in_recovery()`).Scan(&version, &name, &encoding, &standby)
	switch {
	case err != nil:
		return explainPostgres(where, err)
	case version < oldestPostgres:
		return unsuitable(where, "is version "+name+", and Hearback needs 14 or newer", "Upgrade the server, or point DATABASE_URL at a newer one")
	case encoding != "UTF8":
		return unsuitable(where, "keeps text as "+encoding+", which cannot hold everybody's words", "Make the database anew: createdb -T template0 -E UTF8 hearback")
	case standby:
		return &Error{Kind: ReadOnly, Store: where.describe(), Problem: "is a standby that takes no writes", Remedy: "Point DATABASE_URL at the primary server"}
	}
	return nil
}

func unsuitable(where address, problem, remedy string) *Error {
	return &Error{Kind: Unsuitable, Store: where.describe(), Problem: problem, Remedy: remedy}
}
