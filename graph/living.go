package graph

import (
	"context"
	"sync/atomic"
)

// living is the context of a stream. Who is asking is looked up in it at each event, so that what an event leads to is read
// with the rights of that moment and not with those of the moment when the stream began.
type living struct {
	context.Context
	now *atomic.Pointer[context.Context] // holds the viewer and nothing else; nil until the first event
}

type livingKey struct{}

func live(ctx context.Context) context.Context {
	return living{ctx, new(atomic.Pointer[context.Context])}
}

// Value looks at the viewer of the moment before anything else.
func (l living) Value(key any) any {
	if _, itself := key.(livingKey); itself {
		return l
	}
	if now := l.now.Load(); now != nil {
		if found := (*now).Value(key); found != nil {
			return found
		}
	}
	return l.Context.Value(key)
}

// seeAs makes somebody the viewer of the stream that ctx belongs to.
func seeAs(ctx, now context.Context) {
	if l, ok := ctx.Value(livingKey{}).(living); ok {
		l.now.Store(&now)
	}
}
