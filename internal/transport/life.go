package transport

import (
	"context"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// Life says on what a stream lives: a token that has not ended, a session that nobody revoked, a reader who reads.
// The zero value has the defaults and trusts every session.
type Life struct {
	// Alive is asked before each event and every CheckEvery, with the context of the operation or of the connection; an error
	// ends the stream. It is asked often: remember the answer for a moment, and return nil when it cannot be known.
	Alive func(context.Context) error
	// Renew gives the context of the viewer as they are now, with which an operation on a socket begins: what they might do when
	// the socket was opened may be over. An error refuses the operation, or ends the socket when Alive says that it is over.
	// Default: the viewer stays as they were.
	Renew func(context.Context) (context.Context, error)
	// CheckEvery is the time between two questions when no event comes. Default 15 s.
	CheckEvery time.Duration
	// Beat is the time between two heartbeats. Default 20 s.
	Beat time.Duration
	// WriteTimeout is how long one message may take to be written; a reader slower than that is cut off. Default 10 s.
	WriteTimeout time.Duration
	// Now is the clock that the end of a token is compared with. Default time.Now.
	Now func() time.Time
}

// end is why a stream ended, in the words of a websocket close frame.
type end struct {
	code   websocket.StatusCode
	reason string
}

func (e end) Error() string { return e.reason }

const (
	closeBadRequest    = 4400
	closeUnauthorized  = 4401
	closeForbidden     = 4403
	closeNotAcceptable = 4406
	closeInitTimeout   = 4408
	closeDuplicate     = 4409
	closeTooManyInits  = 4429
	closeInternal      = 4500
	closeLost          = 0 // nobody is there to hear a reason
)

func tokenExpired() error  { return end{closeForbidden, "Token expired"} }
func sessionEnded() error  { return end{closeForbidden, "Session ended"} }
func goingAway() error     { return end{websocket.StatusGoingAway, "Server is shutting down"} }
func lost() error          { return end{closeLost, "Connection lost"} }
func internalError() error { return end{closeInternal, "Internal server error"} }

func (l Life) withDefaults() Life {
	if l.Alive == nil {
		l.Alive = func(context.Context) error { return nil }
	}
	if l.Renew == nil {
		l.Renew = func(ctx context.Context) (context.Context, error) { return ctx, nil }
	}
	if l.Now == nil {
		l.Now = time.Now
	}
	l.CheckEvery = orDefault(l.CheckEvery, 15*time.Second)
	l.Beat = orDefault(l.Beat, 20*time.Second)
	l.WriteTimeout = orDefault(l.WriteTimeout, 10*time.Second)
	return l
}

func orDefault[T int | int64 | time.Duration](given, otherwise T) T {
	if given <= 0 {
		return otherwise
	}
	return given
}

// check says why a stream may not go on, nil when it may. A context that has ended says nothing about the session.
func (l Life) check(ctx context.Context, expires time.Time) error {
	if !expires.IsZero() && !l.Now().Before(expires) {
		return tokenExpired()
	}
	if err := l.Alive(ctx); err != nil && ctx.Err() == nil {
		return sessionEnded()
	}
	return nil
}

// watch ends the stream with a cause when its token ends or its session is gone, and beats its heart, until quit is called.
// It costs timers and no goroutine, for there may be ten thousand streams. The token has a timer of its own, so that neither
// a slow reader nor a slow session store can put its end off.
func (l Life) watch(ctx context.Context, expires time.Time, stop context.CancelCauseFunc, beat func()) (quit func()) {
	enough := []func(){
		every(l.Beat, beat),
		every(l.CheckEvery, func() {
			if err := l.check(ctx, expires); err != nil {
				stop(err)
			}
		}),
	}
	if !expires.IsZero() {
		timer := time.AfterFunc(expires.Sub(l.Now()), func() { stop(tokenExpired()) })
		enough = append(enough, func() { timer.Stop() })
	}
	return func() {
		for _, quit := range enough {
			quit()
		}
	}
}

// every calls f again and again, d after its last return, until quit is called; a call that runs then is not waited for.
func every(d time.Duration, f func()) (quit func()) {
	var mu sync.Mutex
	var timer *time.Timer
	over := false
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(d, func() {
		f()
		mu.Lock()
		defer mu.Unlock()
		if !over {
			timer.Reset(d)
		}
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
		timer.Stop()
	}
}
