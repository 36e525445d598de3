package auth

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A Keyring on a file looks at the file again before it uses keys older than `recheck`, and when it meets an
// unknown key id, though not more often than `glance`, so that forged ids cannot keep the disk busy.
const (
	recheck = 10 * time.Second
	glance  = time.Second
)

// Keyring holds the Ed25519 keys of an installation: the first signs, the others still verify until their
// overlap ends. It is safe for use by many goroutines, and by many servers that share the file.
type Keyring struct {
	file   keyFile // "" when the keys came from the environment
	now    func() time.Time
	mu     sync.Mutex
	keys   []key
	looked time.Time
}

// OpenKeyring reads the private JWK Set at path, and makes it (mode 0600, folder included) when there is none.
// A nil now means time.Now.
func OpenKeyring(path string, now func() time.Time) (*Keyring, error) {
	if path == "" {
		return nil, errors.New("the keys need a file name")
	}
	keys, err := keyFile(path).readOrCreate()
	if err != nil {
		return nil, err
	}
	return hang(keyFile(path), keys, now), nil
}

// ParseKeyring uses a private JWK Set that was handed over as text (the setting JWT_KEYS; GenerateKeySet makes
// one). Such keys are rotated by changing the setting: put the new key first. A nil now means time.Now.
func ParseKeyring(set []byte, now func() time.Time) (*Keyring, error) {
	keys, err := decodeKeys(set)
	if err != nil {
		return nil, fmt.Errorf("the keys (the JWK Set itself, not a file name): %w", err)
	}
	return hang("", keys, now), nil
}

func hang(file keyFile, keys []key, now func() time.Time) *Keyring {
	if now == nil {
		now = time.Now
	}
	return &Keyring{file: file, now: now, keys: keys, looked: now()}
}

// Rotate makes a new key sign and lets the one before verify for `overlap` more. An overlap a little longer than
// the life of a token (TTL plus half a minute) is never noticed; 0 ends every token at once, for a stolen key:
// other servers on the file follow within ten seconds. Keys whose overlap is over are removed.
func (k *Keyring) Rotate(overlap time.Duration) error {
	if k.file == "" {
		return errors.New("these keys come from the environment: put a new key first in JWT_KEYS and restart")
	}
	if overlap < 0 {
		return errors.New("the overlap of a rotation cannot be negative")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	keys, err := k.file.change(func(keys []key) ([]key, error) { return succeed(keys, now, overlap) })
	if err != nil {
		return fmt.Errorf("rotating the keys: %w", err)
	}
	k.keys, k.looked = keys, now
	return nil
}

// succeed puts a new key in front, gives the one before it an end, and drops those that are over. The end is
// rounded up to whole seconds, which is what the file can hold.
func succeed(keys []key, now time.Time, overlap time.Duration) ([]key, error) {
	if len(keys) == 0 {
		return nil, errors.New("the key file has gone")
	}
	fresh, err := newKey(nil)
	if err != nil {
		return nil, err
	}
	if overlap == 0 {
		return []key{fresh}, nil
	}
	old := slices.Clone(keys)
	old[0].until = now.Add(overlap + time.Second - 1).Truncate(time.Second)
	old = slices.DeleteFunc(old, func(k key) bool { return !k.valid(now) })
	return append([]key{fresh}, old...), nil
}

// Reload reads the file again at once. When that fails the keys stay as they are and the error says why, which
// is worth showing in a readiness check.
func (k *Keyring) Reload() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.reload()
}

func (k *Keyring) reload() error {
	if k.file == "" {
		return nil
	}
	k.looked = k.now()
	keys, err := k.file.read()
	if err != nil {
		return err
	}
	k.keys = keys
	return nil
}

// refresh looks at the file when the last look is `every` ago. A file that cannot be read now is no reason to
// turn everybody away: the keys stay.
func (k *Keyring) refresh(every time.Duration) {
	if age := k.now().Sub(k.looked); age >= every || age < 0 {
		_ = k.reload()
	}
}

// signing returns the key that signs now.
func (k *Keyring) signing() key {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refresh(recheck)
	return k.keys[0]
}

// find returns the key with that id, if it may still verify.
func (k *Keyring) find(id string) (key, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.refresh(recheck)
	found, ok := k.held(id)
	if !ok {
		k.refresh(glance)
		found, ok = k.held(id)
	}
	return found, ok && found.valid(k.now())
}

func (k *Keyring) held(id string) (key, bool) {
	i := slices.IndexFunc(k.keys, func(k key) bool { return k.id == id })
	if i < 0 {
		return key{}, false
	}
	return k.keys[i], true
}

// verifying returns the public half of the key with that id.
func (k *Keyring) verifying(id string) (ed25519.PublicKey, error) {
	found, ok := k.find(id)
	if !ok {
		return nil, fmt.Errorf("there is no key %.50q, or its time is over", id)
	}
	return ed25519.PublicKey(found.private[ed25519.SeedSize:]), nil
}
