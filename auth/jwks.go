package auth

import (
	"encoding/json"
	"net/http"
)

// JWKS returns the public JWK Set (RFC 7517 §5): the keys that verify now, the signing one first.
func (k *Keyring) JWKS() ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refresh(recheck)
	set := jwks{Keys: []jwk{}}
	for _, held := range k.keys {
		if held.valid(k.now()) {
			set.Keys = append(set.Keys, held.public())
		}
	}
	return json.Marshal(set)
}

// JWKSHandler serves the public key set to anybody, by GET and HEAD; caches may keep it for a minute.
func JWKSHandler(k *Keyring) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "The keys can only be read.", http.StatusMethodNotAllowed)
			return
		}
		set, err := k.JWKS()
		if err != nil {
			http.Error(w, "The keys cannot be shown just now.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/jwk-set+json")
		w.Header().Set("Cache-Control", "public, max-age=60")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(set)
	})
}
