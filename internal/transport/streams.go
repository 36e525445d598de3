package transport

import (
	"context"
	"sync"
)

// Streams knows every open socket and event stream, because http.Server.Shutdown neither closes nor waits for hijacked
// connections. The zero value is ready; share one between Socket and SSE. A nil *Streams keeps no count.
type Streams struct {
	mu      sync.Mutex
	closing bool
	open    map[*stream]struct{}
	empty   chan struct{} // closed when shutting down and the last stream has left
}

// stream is how one open stream is asked, then told, to end.
type stream struct {
	drain func() // finish what is running, start nothing new, then end
	cut   func() // end now
}

// join enters a stream, or reports false when the server is shutting down.
func (s *Streams) join(one *stream) bool {
	if s == nil {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	if s.open == nil {
		s.open = map[*stream]struct{}{}
	}
	s.open[one] = struct{}{}
	return true
}

func (s *Streams) leave(one *stream) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, one)
	if s.closing && len(s.open) == 0 {
		close(s.empty)
	}
}

// Len is the number of open streams.
func (s *Streams) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}

// Shutdown refuses new streams, lets queries and mutations that are running finish, ends subscriptions, closes sockets with
// 1001 and waits for all of them. When ctx ends first the rest is cut and the error is that of ctx.
// Call it beside http.Server.Shutdown, which waits for event streams but does not end them.
func (s *Streams) Shutdown(ctx context.Context) error {
	open, empty := s.stop()
	for _, one := range open {
		go one.drain()
	}
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
	}
	for _, one := range open {
		go one.cut()
	}
	return context.Cause(ctx)
}

// stop closes the door and returns who is still inside.
func (s *Streams) stop() (open []*stream, empty chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.closing, s.empty = true, make(chan struct{})
		if len(s.open) == 0 {
			close(s.empty)
		}
	}
	for one := range s.open {
		open = append(open, one)
	}
	return open, s.empty
}
