package store

import "time"

// Option changes how Open opens a store.
type Option func(*settings)

type settings struct {
	shared           bool
	throwAway        bool
	connections      int
	patience         time.Duration
	statementTimeout time.Duration
	application      string
}

func defaults() settings {
	return settings{connections: 16, patience: 5 * time.Second, statementTimeout: 15 * time.Second, application: "hearback"}
}

// Shared opens a SQLite file even while a serving process has it. It is for short administrative commands: their writes wait
// for the server's and the other way round. On PostgreSQL it changes nothing.
func Shared() Option { return func(s *settings) { s.shared = true } }

// ThrowAway gives up durability for speed, for stores that nobody will miss (tests, demo): on SQLite nothing waits for the disk.
func ThrowAway() Option { return func(s *settings) { s.throwAway = true } }

// Connections is how many connections PostgreSQL is asked for at most; as many are kept open. 16 unless set.
func Connections(n int) Option { return func(s *settings) { s.connections = n } }

// Patience is how long Open waits for PostgreSQL to answer, and SQLite for another program's lock. 5 seconds unless set;
// connect_timeout in a PostgreSQL URL wins. PostgreSQL counts whole seconds.
func Patience(d time.Duration) Option { return func(s *settings) { s.patience = d } }

// StatementTimeout is how long PostgreSQL works on one statement. 15 seconds unless set, 0 for ever; statement_timeout in the
// URL wins.
func StatementTimeout(d time.Duration) Option { return func(s *settings) { s.statementTimeout = d } }

// Application is the name under which PostgreSQL lists the connections (pg_stat_activity). "hearback" unless set;
// application_name in the URL wins.
func Application(name string) Option { return func(s *settings) { s.application = name } }
