package pubsub

import "strings"

// longestPayload stays below the 7999 bytes that PostgreSQL takes in one notification (NOTIFY, "payload").
const longestPayload = 7900

// pack writes events as lines of "topic id", as many in a payload as fit.
func pack(events []Event) (payloads []string) {
	var b strings.Builder
	for _, e := range events {
		line := e.Topic + " " + e.ID + "\n"
		if b.Len()+len(line) > longestPayload {
			payloads = append(payloads, b.String())
			b.Reset()
		}
		b.WriteString(line)
	}
	if b.Len() > 0 {
		payloads = append(payloads, b.String())
	}
	return payloads
}

// unpack is false for what pack cannot have written, such as a notification that somebody sent by hand.
func unpack(payload string) (events []Event, ok bool) {
	for line := range strings.Lines(payload) {
		topic, id, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		events = append(events, Event{topic, id})
	}
	return events, check(events) == nil
}
