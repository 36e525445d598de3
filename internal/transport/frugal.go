package transport

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
)

// frugal hands a hijacked connection over with small buffers. Those of net/http have 4 KiB each, which ten thousand sockets
// that say little would keep for as long as they live.
type frugal struct {
	http.ResponseWriter
	wire net.Conn // once hijacked
}

const frugalBuffer = 512

// Hijack is http.Hijacker, whatever middleware stands before the connection.
func (f *frugal) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, large, err := http.NewResponseController(f.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	f.wire = conn
	early, _ := large.Reader.Peek(large.Reader.Buffered()) // what the client sent before it was answered
	r := bufio.NewReaderSize(io.MultiReader(bytes.NewReader(bytes.Clone(early)), conn), max(frugalBuffer, len(early)))
	_, _ = r.Peek(len(early)) // has to be in the buffer, where the websocket library looks for it
	return conn, bufio.NewReadWriter(r, bufio.NewWriterSize(conn, frugalBuffer)), nil
}
