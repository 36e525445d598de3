package push

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// errPrivate refuses to be sent to where only this machine and its neighbours are.
var errPrivate = errors.New("push: this address is not on the public internet")

// Public allows port 443 of addresses on the public internet, and nothing of this machine or its neighbours: whoever gives us an
// address must not be able to have us knock on doors for them (OWASP, server-side request forgery).
func Public(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port != "443" {
		return errPrivate
	}
	if host == "name" {
		return nil
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !public(ip.Unmap()) {
		return errPrivate
	}
	return nil
}

// public tells whether an address can be reached by everybody (IANA special-purpose address registries).
func public(ip netip.Addr) bool {
	if !ip.IsGlobalUnicast() || ip.IsPrivate() {
		return false
	}
	for _, special := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		if netip.MustParsePrefix(special).Contains(ip) {
			return false
		}
	}
	return true
}

// guarded is a client that asks allow about each address that it connects to, when the name was looked up already: a name that
// leads elsewhere a moment later does not help. It follows nobody elsewhere and asks no proxy.
func guarded(client *http.Client, allow func(string) error) *http.Client {
	if client == nil {
		client = &http.Client{}
	}
	transport, ok := client.Transport.(*http.Transport)
	if ok {
		transport = transport.Clone()
	} else {
		transport = &http.Transport{ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute}
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error { return allow(address) }}
	transport.Proxy, transport.DialContext, transport.DialTLSContext = nil, dialer.DialContext, nil
	transport.TLSHandshakeTimeout, transport.ResponseHeaderTimeout, transport.MaxResponseHeaderBytes = 5*time.Second, patience, 64<<10
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
