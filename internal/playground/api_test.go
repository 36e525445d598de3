package playground_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// api is a GraphQL server just real enough for GraphiQL: it tells its schema, answers with the token that it was asked
// with, and speaks graphql-transport-ws.
type api struct {
	mu       sync.Mutex
	sockets  []string      // the authorization in each connection_init
	finished chan struct{} // gets one word for each subscription that its client ended
}

type operation struct {
	Query         string         `json:"query"`
	OperationName string         `json:"operationName"`
	Variables     map[string]any `json:"variables"`
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Upgrade") != "" {
		a.socket(w, r)
		return
	}
	var op operation
	if err := json.NewDecoder(r.Body).Decode(&op); err != nil || r.Method != "POST" || r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "not GraphQL", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"data": answer(op, r.Header.Get("Authorization"))})
}

func answer(op operation, who string) map[string]any {
	switch {
	case op.OperationName == "IntrospectionQuery":
		return map[string]any{"__schema": schema}
	case strings.HasPrefix(op.Query, "mutation"):
		return map[string]any{"share": fmt.Sprint(op.Variables["text"], " from ", who)}
	default:
		return map[string]any{"me": "asked by " + who}
	}
}

type message struct {
	Type    string          `json:"type"`
	ID      string          `json:"id,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

func (a *api) socket(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return
	}
	defer conn.CloseNow()
	var who struct{ Authorization string }
	for {
		var m message
		if wsjson.Read(r.Context(), conn, &m) != nil {
			return
		}
		switch m.Type {
		case "connection_init":
			_ = json.Unmarshal(m.Payload, &who)
			a.mu.Lock()
			a.sockets = append(a.sockets, who.Authorization)
			a.mu.Unlock()
			_ = wsjson.Write(r.Context(), conn, message{Type: "connection_ack"})
		case "subscribe":
			a.tell(r.Context(), conn, m.ID, who.Authorization)
		case "complete":
			a.finished <- struct{}{}
		}
	}
}

func (a *api) tell(ctx context.Context, conn *websocket.Conn, id, who string) {
	payload, _ := json.Marshal(map[string]any{"data": map[string]any{"line": "a change for " + who}})
	_ = wsjson.Write(ctx, conn, message{Type: "next", ID: id, Payload: payload})
}

func (a *api) signIns() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.sockets...)
}

// schema is what introspection says of
//
//	type Query { me: String! }  type Mutation { share(text: String!): String! }  type Subscription { line: String! }
var schema = map[string]any{
	"queryType": named("Query"), "mutationType": named("Mutation"), "subscriptionType": named("Subscription"), "directives": []any{},
	"types": []any{
		object("Query", "me"), object("Mutation", "share", "text"), object("Subscription", "line"),
		map[string]any{"kind": "SCALAR", "name": "String"},
	},
}

func named(name string) map[string]any { return map[string]any{"name": name} }

func text() map[string]any {
	return map[string]any{"kind": "NON_NULL", "ofType": map[string]any{"kind": "SCALAR", "name": "String"}}
}

func object(name, field string, arguments ...string) map[string]any {
	args := []any{}
	for _, a := range arguments {
		args = append(args, map[string]any{"name": a, "type": text()})
	}
	return map[string]any{
		"kind": "OBJECT", "name": name, "interfaces": []any{},
		"fields": []any{map[string]any{"name": field, "args": args, "type": text(), "isDeprecated": false}},
	}
}
