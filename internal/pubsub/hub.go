package pubsub

import "sync"

// buffered is how many events may wait for one subscriber. About 1 KiB, so that ten thousand subscribers cost 10 MiB.
const buffered = 32

// A Subscription is one listener's queue. Read C until it is closed, and call Close when nobody reads any more.
type Subscription struct {
	hub    *hub
	topics []string
	queue  chan Event
	missed bool // the last thing in queue is Missed, until the queue was seen empty
}

// C gives the events in the order of their commits as far as this process saw it; it is closed by Close.
// An event with the topic Missed stands for everything that was lost up to the moment in which it is read.
func (s *Subscription) C() <-chan Event { return s.queue }

// Close ends the subscription and closes C. Calling it again does nothing.
func (s *Subscription) Close() { s.hub.leave(s) }

// offer queues an event or, in the last free place, the word that something was missed. Events that come while that
// word is still unread are covered by it: the state will be read after it. The caller holds the hub's lock.
func (s *Subscription) offer(e Event) {
	if s.missed && len(s.queue) > 0 {
		return
	}
	s.missed = e.Topic == Missed || len(s.queue) == buffered
	if s.missed {
		e = Event{Topic: Missed}
	}
	s.queue <- e // never blocks: there is one place more than may be filled with events, and only we fill it
}

// hub is the part of every broker that is inside the process: who listens to what.
type hub struct {
	mu     sync.Mutex
	closed bool
	topics map[string]map[*Subscription]struct{}
	all    map[*Subscription]struct{}
}

func newHub() *hub {
	return &hub{topics: map[string]map[*Subscription]struct{}{}, all: map[*Subscription]struct{}{}}
}

// Subscribe gives the events of any of the topics, from now on; of a closed broker, a closed subscription.
func (h *hub) Subscribe(topics ...string) *Subscription {
	s := &Subscription{hub: h, topics: topics, queue: make(chan Event, buffered+1)}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(s.queue)
		return s
	}
	h.all[s] = struct{}{}
	for _, topic := range topics {
		if h.topics[topic] == nil {
			h.topics[topic] = map[*Subscription]struct{}{}
		}
		h.topics[topic][s] = struct{}{}
	}
	return s
}

func (h *hub) leave(s *Subscription) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, here := h.all[s]; !here {
		return
	}
	delete(h.all, s)
	for _, topic := range s.topics {
		if delete(h.topics[topic], s); len(h.topics[topic]) == 0 {
			delete(h.topics, topic)
		}
	}
	close(s.queue)
}

func (h *hub) deliver(events []Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, e := range events {
		for s := range h.topics[e.Topic] {
			s.offer(e)
		}
	}
}

// miss tells every subscriber that it may have lost something.
func (h *hub) miss() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.all {
		s.offer(Event{Topic: Missed})
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.all {
		close(s.queue)
	}
	h.closed, h.all, h.topics = true, nil, nil
}
