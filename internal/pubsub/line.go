package pubsub

import (
	"context"
	"net"
	"sync"
	"time"
)

// line dials the one connection that listens, and can cut it: when the broker closes, or when it has gone silent.
type line struct {
	ctx     context.Context // ends with the broker; nothing is dialled after
	patient time.Duration   // the longest that dialling may take

	mu   sync.Mutex
	conn net.Conn
}

// Dial connects within the line's own patience.
func (l *line) Dial(network, address string) (net.Conn, error) {
	return l.DialTimeout(network, address, l.patient)
}

// DialTimeout connects, unless the broker is closed meanwhile.
func (l *line) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(l.ctx, timeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn = conn; l.ctx.Err() != nil {
		_ = conn.Close()
		return nil, l.ctx.Err()
	}
	return conn, nil
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		_ = l.conn.Close()
	}
}
