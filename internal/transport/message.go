package transport

import (
	"encoding/json"

	"github.com/99designs/gqlgen/graphql"
)

const maxOperationID = 255

// message is what a client says in graphql-transport-ws.
type message struct {
	kind    string
	id      string
	payload map[string]any
}

// parseMessage reads one message; the fault's text is a close reason, so it is short and echoes nothing.
func parseMessage(data []byte) (message, *fault) {
	fields, f := decodeObject(data)
	if f != nil {
		return message{}, bad("Invalid message received")
	}
	var m message
	m.kind, _ = fields["type"].(string)
	m.id, _ = fields["id"].(string)
	payload, isObject := fields["payload"].(map[string]any)
	m.payload = payload
	switch {
	case fields["payload"] != nil && !isObject:
		return m, bad("The payload of a message must be an object")
	case (m.kind == "subscribe" || m.kind == "complete") && (m.id == "" || len(m.id) > maxOperationID):
		return m, bad("An operation needs an id of 1 to 255 bytes")
	}
	return m, nil
}

func bare(kind string) []byte { return []byte(`{"type":"` + kind + `"}`) }

func nextMessage(id string, resp *graphql.Response) []byte {
	e := enclose(resp)
	return append(e.appendTo(beforePayload("next", id, e.size())), '}')
}

// errorMessage ends an operation that gave no data; its payload is a list of errors.
func errorMessage(id string, resp *graphql.Response) []byte {
	list := errorsOf(&graphql.Response{Errors: resp.Errors})
	return append(append(beforePayload("error", id, len(list)), list...), '}')
}

func completeMessage(id string) []byte {
	quoted, _ := json.Marshal(id)
	return append(append([]byte(`{"type":"complete","id":`), quoted...), '}')
}

func beforePayload(kind, id string, size int) []byte {
	quoted, _ := json.Marshal(id)
	b := make([]byte, 0, len(quoted)+size+len(kind)+40)
	b = append(append(b, `{"type":"`...), kind...)
	b = append(append(b, `","id":`...), quoted...)
	return append(b, `,"payload":`...)
}
