package pubsub_test

import (
	"io"
	"net"
	"sync"
	"testing"
)

// wire is a network between us and the server that can swallow everything without closing anything.
type wire struct {
	to        string
	listening net.Listener
	wg        sync.WaitGroup
	mu        sync.Mutex
	conns     []*frozen
}

type frozen struct {
	net.Conn
	ice chan struct{} // closed: nothing passes any more
}

func (f *frozen) Write(p []byte) (int, error) {
	select {
	case <-f.ice:
		return len(p), nil
	default:
		return f.Conn.Write(p)
	}
}

func (w *wire) open(t *testing.T) *wire {
	t.Helper()
	var err error
	if w.listening, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	w.wg.Go(w.accept)
	t.Cleanup(func() { _ = w.listening.Close(); w.wg.Wait() })
	return w
}

func (w *wire) address() string { return w.listening.Addr().String() }

func (w *wire) accept() {
	for {
		client, err := w.listening.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", w.to)
		if err != nil {
			_ = client.Close()
			continue
		}
		near := &frozen{Conn: client, ice: make(chan struct{})}
		w.mu.Lock()
		w.conns = append(w.conns, near)
		w.mu.Unlock()
		w.wg.Go(func() { _, _ = io.Copy(server, client); _ = server.Close() })
		w.wg.Go(func() { _, _ = io.Copy(struct{ io.Writer }{near}, server); _ = client.Close() })
	}
}

// freeze silences the connections that there are; new ones work.
func (w *wire) freeze() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.conns {
		close(c.ice)
	}
	w.conns = nil
}
