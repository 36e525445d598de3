package transport

import (
	"context"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// operation is one subscribe of a client until its complete.
type operation struct {
	id           string
	ctx          context.Context
	cancel       context.CancelFunc
	params       *graphql.RawParams
	subscription bool   // guarded by the socket's mu
	settle       func() // tells the socket that a shutdown need not wait for it
}

func (s *socket) subscribe(m message) {
	params, f := paramsOf(m.payload)
	if f != nil {
		s.stop(end{closeBadRequest, f.message})
		return
	}
	params.Headers = s.headers
	o, f := s.admit(m.id, params)
	if f != nil {
		s.send(errorMessage(m.id, refuse(s.viewer, s.exec, nil, f.list())))
	}
	if o != nil {
		s.running.Go(func() { s.run(o) })
	}
}

// admit enters an operation. It ends the socket when the protocol wants that, and returns a fault when only this one is refused.
func (s *socket) admit(id string, params *graphql.RawParams) (*operation, *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.state != ready:
		s.stop(end{closeUnauthorized, "Unauthorized"})
		return nil, nil
	case s.operations[id] != nil:
		s.stop(end{closeDuplicate, duplicate(id)})
		return nil, nil
	case s.draining:
		return nil, &fault{code: CodeShuttingDown, message: "The server is shutting down. Connect again in a moment."}
	case s.active >= s.MaxOperations:
		return nil, &fault{
			code: CodeTooManyOperations, extra: map[string]any{"limit": s.MaxOperations},
			message: "Too many operations run on this socket. Complete some first.",
		}
	}
	ctx, cancel := context.WithCancel(graphql.StartOperationTrace(s.viewer))
	s.short.Add(1)
	o := &operation{id: id, ctx: ctx, cancel: cancel, params: params, settle: sync.OnceFunc(s.short.Done)}
	s.operations[id] = o
	s.active++
	return o, nil
}

// duplicate is the protocol's own sentence, within the 123 bytes of a close reason.
func duplicate(id string) string {
	if len(id) > 60 {
		id = "this id"
	}
	return "Subscriber for " + id + " already exists"
}

// run executes one operation to its end. The id is free again before the client hears of the end.
func (s *socket) run(o *operation) {
	defer s.rescue()
	defer s.gone(o)
	ctx, err := s.Renew(o.ctx)
	if err != nil {
		s.turnAway(o)
		return
	}
	op, list := prepare(ctx, s.exec, o.params)
	if len(list) > 0 {
		s.finish(o, errorMessage(o.id, refuse(ctx, s.exec, op, list)))
		return
	}
	streaming := op.Operation.Operation == ast.Subscription
	if streaming {
		s.streams(o)
	}
	next, ctx := s.exec.DispatchOperation(ctx, op)
	for resp := next(ctx); resp != nil; resp = next(ctx) {
		if err := s.check(ctx, s.expires); err != nil {
			s.stop(err)
			return
		}
		if resp.Data == nil {
			s.finish(o, errorMessage(o.id, resp))
			return
		}
		s.tell(o, nextMessage(o.id, resp))
		if !streaming {
			break
		}
	}
	s.finish(o, completeMessage(o.id))
}

// turnAway ends the socket of a viewer whose session is over. What cannot be known just now refuses this operation alone.
func (s *socket) turnAway(o *operation) {
	if err := s.check(o.ctx, s.expires); err != nil {
		s.stop(err)
		return
	}
	f := fault{code: CodeUnavailable, message: "We cannot look this up just now. Please try again in a moment."}
	s.finish(o, errorMessage(o.id, refuse(o.ctx, s.exec, nil, f.list())))
}

// streams marks an operation as one that a shutdown ends instead of waiting for it.
func (s *socket) streams(o *operation) {
	s.mu.Lock()
	defer s.mu.Unlock()
	o.subscription = true
	o.settle()
	if s.draining {
		o.cancel()
	}
}

// tell sends to a client that still wants to hear.
func (s *socket) tell(o *operation, data []byte) {
	if o.ctx.Err() == nil {
		s.send(data)
	}
}

// finish frees the id and tells the client that nothing more comes.
func (s *socket) finish(o *operation, data []byte) {
	if s.forget(o) && o.ctx.Err() == nil {
		s.send(data)
	}
}

// complete is the client losing interest: it hears nothing more, not even the end.
func (s *socket) complete(id string) {
	s.mu.Lock()
	o := s.operations[id]
	s.mu.Unlock()
	if o != nil {
		s.forget(o)
		o.cancel()
	}
}

// forget frees the id of an operation and reports whether it was still the operation's own.
func (s *socket) forget(o *operation) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.operations[o.id] != o {
		return false
	}
	delete(s.operations, o.id)
	return true
}

func (s *socket) gone(o *operation) {
	s.forget(o)
	o.cancel()
	o.settle()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.active--
}
