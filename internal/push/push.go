// Package push takes a word to a device by Web Push (RFC 8030), encrypted for that device alone (RFC 8291), as a sender whom the
// push service can tell from others (VAPID, RFC 8292).
package push

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"
)

// Device is where one device is reached, as its browser gives it (PushSubscription.toJSON). The zero Device is none.
type Device struct {
	Endpoint string // an https address with a secret in it
	P256dh   string // its public key, base64url
	Auth     string // 16 bytes that it shares with who writes to it, base64url
}

// Failure says how a push service refused. It never holds the address, which is a secret.
type Failure struct {
	Status    int           // 0 when the service was not reached
	Gone      bool          // the device is not there any more (RFC 8030 §7.3): forget it
	Permanent bool          // the same will be refused again
	After     time.Duration // how long the service asked to be left alone (RFC 9110 §10.2.3), a day at most; 0 when it did not
}

// Error is safe to log.
func (f *Failure) Error() string {
	if f.Status == 0 {
		return "push: the push service was not reached"
	}
	return fmt.Sprintf("push: the push service answered %d", f.Status)
}

const (
	most     = 2000             // letters of an address
	patience = 15 * time.Second // for one message
	life     = 24 * time.Hour   // how long a service keeps a message for a device that is off
	topic    = "news"           // a later message takes the place of one that has not come yet (RFC 8030 §5.4)
	lastRead = int64(64 << 10)  // of an answer that nobody needs
	plain    = "an https address of a push service, without a name, a password or a port"
)

// Sender sends to devices. It is safe for use by several at once.
type Sender struct {
	key     *Key
	contact string
	allow   func(address string) error
	client  *http.Client
}

// NewSender makes a sender. The contact is an https address or an e-mail address at which a push service finds who runs this. allow says
// to which network addresses (host:port, after names were looked up) it may connect: Public for real.
func NewSender(key *Key, contact string, allow func(address string) error, client *http.Client) *Sender {
	return &Sender{key: key, contact: strings.TrimPrefix(contact, "mailto:"), allow: allow, client: guarded(client, allow)}
}

// PublicKey is what a browser needs to subscribe (applicationServerKey), base64url.
func (s *Sender) PublicKey() string { return s.key.public }

// Check refuses what is no device that could be reached. Its error says why, and never the address.
func (s *Sender) Check(d Device) error {
	u, err := url.Parse(d.Endpoint)
	if err != nil || len(d.Endpoint) > most || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Port() != "" && s.allow("name:"+u.Port()) != nil {
		return errors.New("its endpoint must be " + plain)
	}
	point, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(d.P256dh, "="))
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(point)
	}
	if err != nil {
		return errors.New("its key p256dh is not a point on P-256, in base64url")
	}
	if secret, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(d.Auth, "=")); err != nil || len(secret) != 16 {
		return errors.New("its secret auth is not 16 bytes, in base64url")
	}
	return nil
}

// Send takes a payload of at most 3,900 bytes to a device; nobody on the way can read it. Errors: *Failure.
func (s *Sender) Send(ctx context.Context, to Device, payload []byte) error {
	if s.Check(to) != nil {
		return &Failure{Permanent: true}
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := webpush.SendNotificationWithContext(ctx, payload,
		&webpush.Subscription{Endpoint: to.Endpoint, Keys: webpush.Keys{P256dh: to.P256dh, Auth: to.Auth}},
		&webpush.Options{
			HTTPClient: s.client, Subscriber: s.contact, TTL: int(life.Seconds()), Topic: topic, Urgency: webpush.UrgencyNormal,
			VAPIDPublicKey: s.key.public, VAPIDPrivateKey: s.key.private,
		})
	if err != nil { // the cause would quote the address
		return &Failure{}
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, lastRead))
	_ = answer.Body.Close()
	return verdict(answer.StatusCode, after(answer.Header.Get("Retry-After"), time.Now()))
}

// after reads Retry-After: seconds, or a date.
func after(said string, now time.Time) time.Duration {
	wait := time.Duration(0)
	if seconds, err := strconv.Atoi(said); err == nil {
		wait = time.Duration(min(seconds, int(life.Seconds()))) * time.Second
	} else if at, err := http.ParseTime(said); err == nil {
		wait = at.Sub(now)
	}
	return max(0, min(wait, life))
}

// verdict tells what an answer means (RFC 8030 §5, §7.3, §8.4): a service that is busy or broken is asked again later.
func verdict(status int, after time.Duration) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusNotFound || status == http.StatusGone:
		return &Failure{Status: status, Gone: true, Permanent: true}
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500:
		return &Failure{Status: status, After: after}
	}
	return &Failure{Status: status, Permanent: true}
}
