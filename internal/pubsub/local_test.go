package pubsub_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"hearback/internal/pubsub"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// hear waits for the next event of a subscription; the limit is only there so that a broken test ends.
func hear(t *testing.T, s *pubsub.Subscription) pubsub.Event {
	t.Helper()
	select {
	case e, open := <-s.C():
		if !open {
			t.Fatal("the subscription is closed")
		}
		return e
	case <-time.After(30 * time.Second):
		t.Fatal("nothing was heard")
	}
	return pubsub.Event{}
}

func expect(t *testing.T, s *pubsub.Subscription, want ...pubsub.Event) {
	t.Helper()
	for _, w := range want {
		if got := hear(t, s); got != w {
			t.Fatalf("heard %v, not %v", got, w)
		}
	}
}

func silent(t *testing.T, s *pubsub.Subscription) {
	t.Helper()
	if len(s.C()) != 0 {
		t.Errorf("heard %v", <-s.C())
	}
}

func happened(n int) pubsub.Event { return pubsub.Event{Topic: "ward", ID: fmt.Sprint("exp_", n)} }

var missed = pubsub.Event{Topic: pubsub.Missed}

func TestLocalTellsAfterTheCommitAndOnlyThoseWhoAsked(t *testing.T) {
	t.Parallel()
	broker := pubsub.NewLocal()
	defer broker.Close()
	ward, both, other := broker.Subscribe("ward"), broker.Subscribe("ward", "theme"), broker.Subscribe("clinic")
	story, theme := happened(1), pubsub.Event{Topic: "theme", ID: "thm_1"}
	if err := broker.BeforeCommit(t.Context(), nil, story, theme); err != nil {
		t.Fatal(err)
	}
	silent(t, both)
	broker.AfterCommit(story, theme)
	expect(t, ward, story)
	expect(t, both, story, theme)
	silent(t, ward)
	silent(t, other)
}

func TestASlowListenerLosesNothingSilently(t *testing.T) {
	t.Parallel()
	broker := pubsub.NewLocal()
	defer broker.Close()
	slow := broker.Subscribe("ward")
	for n := range 1000 { // nobody reads, and the publisher is not held up
		broker.AfterCommit(happened(n))
	}
	n := 0
	for e := hear(t, slow); e != missed; e = hear(t, slow) {
		if e != happened(n) {
			t.Fatalf("heard %v as number %d", e, n)
		}
		n++
	}
	if n == 0 || n == 1000 {
		t.Errorf("%d events were heard before the gap", n)
	}
	silent(t, slow)
	broker.AfterCommit(happened(1000))
	expect(t, slow, happened(1000))
}

func TestWhatHappensWhileMissedIsUnreadIsCoveredByIt(t *testing.T) {
	t.Parallel()
	broker := pubsub.NewLocal()
	defer broker.Close()
	slow := broker.Subscribe("ward")
	for n := range 100 {
		broker.AfterCommit(happened(n))
	}
	expect(t, slow, happened(0), happened(1))
	broker.AfterCommit(happened(100)) // there is room again, but after Missed an older word must not look new
	for e := hear(t, slow); e != missed; e = hear(t, slow) {
	}
	silent(t, slow)
}

func TestClosedSubscriptionsAndBrokersStayHarmless(t *testing.T) {
	t.Parallel()
	broker := pubsub.NewLocal()
	gone, stays := broker.Subscribe("ward", "ward"), broker.Subscribe("ward")
	gone.Close()
	gone.Close()
	broker.AfterCommit(happened(1))
	if _, open := <-gone.C(); open {
		t.Error("a closed subscription still hears")
	}
	expect(t, stays, happened(1))
	_ = broker.Close()
	_ = broker.Close()
	stays.Close()
	broker.AfterCommit(happened(2))
	for _, s := range []*pubsub.Subscription{stays, broker.Subscribe("ward")} {
		if e, open := <-s.C(); open {
			t.Errorf("after the end somebody heard %v", e)
		}
	}
}

func TestEventsThatCannotBeCarriedAreRefused(t *testing.T) {
	t.Parallel()
	broker := pubsub.NewLocal()
	defer broker.Close()
	all := broker.Subscribe("", "two words", pubsub.Missed, "ward", strings.Repeat("w", 256))
	for _, e := range []pubsub.Event{
		{},
		{Topic: "ward"},
		{ID: "exp_1"},
		{Topic: "two words", ID: "exp_1"},
		{Topic: "ward", ID: "exp_1\nward exp_2"},
		{Topic: "ward", ID: "Müller"},
		missed,
		{Topic: pubsub.Missed, ID: "exp_1"},
		{Topic: "ward", ID: strings.Repeat("x", 256)},
	} {
		if err := broker.BeforeCommit(context.Background(), nil, happened(1), e); !errors.Is(err, pubsub.ErrEvent) {
			t.Errorf("%v: %v", e, err)
		}
		broker.AfterCommit(e)
		silent(t, all)
	}
}

func TestManyTalkAndListenAtOnce(t *testing.T) {
	t.Parallel()
	broker := pubsub.NewLocal()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 200 {
				s := broker.Subscribe("ward")
				broker.AfterCommit(happened(n))
				<-s.C()
				s.Close()
			}
		})
	}
	all.Wait()
	_ = broker.Close()
}

// BenchmarkLocal tells one event to 5,000 listeners, each of whom has read it when the round ends.
func BenchmarkLocal(b *testing.B) {
	broker := pubsub.NewLocal()
	defer broker.Close()
	var heard sync.WaitGroup
	for range 5000 {
		s := broker.Subscribe("ward")
		go func() {
			for range s.C() {
				heard.Done()
			}
		}()
	}
	b.ReportAllocs()
	for b.Loop() {
		heard.Add(5000)
		broker.AfterCommit(happened(1))
		heard.Wait()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/5000, "ns/listener")
}
