package transport

import (
	"mime"
	"slices"
	"strconv"
	"strings"
)

// The two media types that an answer can have.
const (
	GraphQLResponse = "application/graphql-response+json"
	JSON            = "application/json"
	eventStream     = "text/event-stream"
)

// wish is one entry of an Accept header (RFC 9110 §12.5.1).
type wish struct {
	media   string
	quality float64
}

// wishes reads an Accept header, best first; what cannot be read, or is not UTF-8, counts as not wished for.
func wishes(header []string) []wish {
	var out []wish
	for entry := range strings.SplitSeq(strings.Join(header, ","), ",") {
		media, params, err := mime.ParseMediaType(entry)
		if err != nil || !isUTF8(params["charset"]) {
			continue
		}
		out = append(out, wish{media, quality(params["q"])})
	}
	slices.SortStableFunc(out, func(a, b wish) int {
		switch {
		case a.quality > b.quality:
			return -1
		case a.quality < b.quality:
			return 1
		}
		return 0
	})
	return out
}

func quality(q string) float64 {
	if q == "" {
		return 1
	}
	f, err := strconv.ParseFloat(q, 64)
	if err != nil || f < 0 || f > 1 || f != f {
		return 0
	}
	return f
}

func isUTF8(charset string) bool { return charset == "" || strings.EqualFold(charset, "utf-8") }

// negotiate picks the media type of the answer, `preferred` for anybody who does not care. It reports false when the
// client wants neither of ours.
func negotiate(header []string, preferred string) (string, bool) {
	if strings.TrimSpace(strings.Join(header, "")) == "" {
		return preferred, true
	}
	wanted := wishes(header)
	for _, w := range wanted {
		if media, ok := offer(w, wanted, preferred); ok {
			return media, true
		}
	}
	return "", false
}

func offer(w wish, wanted []wish, preferred string) (string, bool) {
	if w.quality == 0 {
		return "", false
	}
	switch w.media {
	case JSON, GraphQLResponse:
		return w.media, true
	case "*/*", "application/*":
		return spared(wanted, preferred, JSON, GraphQLResponse)
	}
	return "", false
}

// spared is the first of the types that the client did not rule out with `q=0`.
func spared(wanted []wish, types ...string) (string, bool) {
	for _, media := range types {
		if !slices.Contains(wanted, wish{media, 0}) {
			return media, true
		}
	}
	return "", false
}

// wantsEvents reports whether an Accept header asks for server-sent events by name.
func wantsEvents(header []string) bool {
	return slices.ContainsFunc(wishes(header), func(w wish) bool { return w.media == eventStream && w.quality > 0 })
}
