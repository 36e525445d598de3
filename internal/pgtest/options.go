package pgtest

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Option changes how Start makes a cluster.
type Option func(*settings)

// OnTCP also listens on a free port of 127.0.0.1, and the cluster's URL names that. Take it for tests that put a proxy
// in between or need a host and port.
func OnTCP() Option { return func(s *settings) { s.tcp = true } }

type settings struct {
	tcp  bool
	port int
}

// choosePort asks the system for a free port. Between here and the start of the server somebody else may take it; launch
// then tries another.
func (s *settings) choosePort() error {
	s.port = 5432 // names the socket file when nothing listens on TCP
	if !s.tcp {
		return nil
	}
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("pgtest: finding a free port: %w", err)
	}
	s.port = free.Addr().(*net.TCPAddr).Port
	return free.Close()
}

// conf is what postgresql.conf gets: nothing is worth a sync, many small pools connect at once.
func (s *settings) conf(folder string) string {
	listen := ""
	if s.tcp {
		listen = "127.0.0.1"
	}
	return strings.Join([]string{
		"listen_addresses = '" + listen + "'",
		"port = " + strconv.Itoa(s.port),
		"unix_socket_directories = '" + strings.ReplaceAll(folder, "'", "''") + "'",
		"fsync = off", "synchronous_commit = off", "full_page_writes = off",
		"wal_level = minimal", "max_wal_senders = 0", "max_connections = 1000", "shared_buffers = 64MB",
		"logging_collector = off", "timezone = 'UTC'", "log_timezone = 'UTC'",
	}, "\n")
}

// url is where clients find the server. sslmode is off: lib/pq would otherwise insist on TLS for TCP.
func (s *settings) url(folder string) *url.URL {
	u := &url.URL{Scheme: "postgres", User: url.User("postgres")}
	query := url.Values{"sslmode": {"disable"}}
	if s.tcp {
		u.Host = net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port))
	} else {
		query.Set("host", folder)
	}
	u.RawQuery = query.Encode()
	return u
}
