package main_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"
)

// follower is somebody who follows their own line as the contract tells: a stream for what comes, and the list of steps, from
// the last cursor on, after each break.
type follower struct {
	t   *testing.T
	who caller

	mu     sync.Mutex
	seen   []string      // the experiences that steps were about, in order
	pushed []string      // those that the stream brought by itself
	change chan struct{} // closed at the next change
}

// follow begins, and ends with the test.
func follow(t *testing.T, who caller) *follower {
	f := &follower{t: t, who: who, change: make(chan struct{})}
	ctx, stop := context.WithCancel(context.Background())
	over := make(chan struct{})
	t.Cleanup(func() { stop(); <-over })
	go func() {
		defer close(over)
		f.run(ctx)
	}()
	return f
}

// run keeps a stream open, and another when that ends. The pause is the politeness of a client whose server is away.
func (f *follower) run(ctx context.Context) {
	pause := time.NewTicker(20 * time.Millisecond)
	defer pause.Stop()
	for cursor := any(nil); ctx.Err() == nil; {
		if stream, err := f.who.hear(ctx, stepTaken); err == nil {
			cursor = f.catchUp(ctx, cursor)
			for h := range stream {
				if h.err == nil {
					f.note(&f.pushed, text(h.event, "stepTaken", "experience", "id"))
					cursor = f.catchUp(ctx, cursor)
				}
			}
		}
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
	}
}

// catchUp asks for what came behind the cursor; when that fails the cursor stays where it is.
func (f *follower) catchUp(ctx context.Context, cursor any) any {
	a, err := f.who.send(ctx, stepsFrom, vars{"after": cursor})
	if err != nil || !a.worked() {
		return cursor
	}
	steps := at(a.Data, "viewer", "steps")
	nodes, _ := at(steps, "nodes").([]any)
	for _, step := range nodes {
		f.note(&f.seen, text(step, "experience", "id"))
	}
	if len(nodes) > 0 {
		cursor = at(steps, "pageInfo", "endCursor")
	}
	return cursor
}

func (f *follower) note(list *[]string, id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*list = append(*list, id)
	close(f.change)
	f.change = make(chan struct{})
}

func (f *follower) now() (seen, pushed []string, change chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.seen), slices.Clone(f.pushed), f.change
}

// until waits until a step about the experience was seen, once.
func (f *follower) until(id string) {
	f.t.Helper()
	for late := time.After(patience); ; {
		seen, _, change := f.now()
		if slices.Contains(seen, id) {
			return
		}
		select {
		case <-change:
		case <-late:
			f.t.Fatalf("nobody heard of %s, only of %v", id, seen)
		}
	}
}

// live publishes one thing after the other until the stream brings one by itself: nobody can know from outside when a stream
// has begun to listen. In the end everything was seen once, in order.
func (f *follower) live(t *testing.T, moderator caller, ward string) {
	t.Helper()
	_, before, _ := f.now()
	for end := time.Now().Add(patience); ; {
		last := f.who.heardOf(t, moderator, ward)
		if _, pushed, _ := f.now(); len(pushed) > len(before) {
			f.until(last)
			break
		}
		if time.Now().After(end) {
			t.Fatal("the stream brings nothing any more")
		}
	}
	all, _ := at(f.who.ask(t, stepsFrom, nil), "viewer", "steps", "nodes").([]any)
	seen, _, _ := f.now()
	for i, step := range all {
		if i >= len(seen) || seen[i] != text(step, "experience", "id") {
			t.Fatalf("seen: %v, told: %v", seen, all)
		}
	}
}
