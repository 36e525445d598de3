package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/httprate"
)

// rateFlags bound how often one address, and one token, may ask; several servers count each for itself. Requests from the
// machine itself are not counted: they are a developer's, or those of a proxy that does not say for whom it asks.
type rateFlags struct {
	RatePerAddress int  `name:"rate-per-address" env:"RATE_PER_ADDRESS" default:"3000" help:"Requests a minute from one address (a hospital may share one); 0 for no limit."`
	RatePerViewer  int  `name:"rate-per-viewer" env:"RATE_PER_VIEWER" default:"600" help:"Requests a minute with one token; 0 for no limit."`
	TrustProxy     bool `name:"trust-proxy" env:"TRUST_PROXY" help:"Take the address from the last X-Forwarded-For, behind a proxy that sets it."`
}

const rateWindow = time.Minute

// rate is one bound: whom it counts, and how many requests a minute.
type rate struct {
	name    string
	quota   int
	limiter *httprate.RateLimiter
	key     func(*http.Request) string
}

// limit refuses who asks too often with 429, and tells everybody what is left (draft-ietf-httpapi-ratelimit-headers).
func (f rateFlags) limit(next http.Handler) http.Handler {
	rates := f.rates()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if loopback(f.address(r)) {
			next.ServeHTTP(w, r)
			return
		}
		var policies, left []string
		refused := false
		for _, bound := range rates {
			key := bound.key(r)
			if key == "" {
				continue
			}
			refused = bound.limiter.OnLimit(w, r, key) || refused
			policies = append(policies, fmt.Sprintf("%q;q=%d;w=%d", bound.name, bound.quota, int(rateWindow.Seconds())))
			left = append(left, fmt.Sprintf("%q;r=%d", bound.name, bound.left(key)))
		}
		if len(policies) > 0 {
			w.Header().Set("RateLimit-Policy", strings.Join(policies, ", "))
			w.Header().Set("RateLimit", strings.Join(left, ", "))
		}
		if refused {
			tooMany(w)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (f rateFlags) rates() (rates []rate) {
	for _, r := range []rate{{name: "address", quota: f.RatePerAddress, key: f.address}, {name: "viewer", quota: f.RatePerViewer, key: token}} {
		if r.quota > 0 {
			r.limiter = httprate.NewRateLimiter(r.quota, rateWindow, httprate.WithResponseHeaders(httprate.ResponseHeaders{}))
			rates = append(rates, r)
		}
	}
	return rates
}

func (r rate) left(key string) int {
	_, used, err := r.limiter.Status(key)
	if err != nil {
		return 0
	}
	return max(0, r.quota-int(math.Round(used)))
}

// address is who is at the other end of the line.
func (f rateFlags) address(r *http.Request) string {
	if all := r.Header.Values("X-Forwarded-For"); f.TrustProxy && len(all) > 0 {
		hops := strings.Split(all[len(all)-1], ",")
		return strings.TrimSpace(hops[len(hops)-1])
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func loopback(address string) bool {
	ip := net.ParseIP(address)
	return ip != nil && ip.IsLoopback()
}

// token stands for the viewer before the token is looked at; it is kept as a hash. Empty without one.
func token(r *http.Request) string {
	given := r.Header.Get("Authorization")
	if given == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(given))
	return hex.EncodeToString(sum[:16])
}

func tooMany(w http.ResponseWriter) {
	w.Header().Set("Retry-After", fmt.Sprint(int(rateWindow.Seconds())))
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusTooManyRequests)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]any{
		"message": "This is too often. Please wait a minute, then go on.", "extensions": map[string]any{"code": "RATE_LIMITED", "requestId": w.Header().Get("X-Request-Id")},
	}}})
}
