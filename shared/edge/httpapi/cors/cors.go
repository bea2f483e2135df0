// Package cors decides which web pages may read what the functions answer.
//
// Normal use: the setting is read once; every answer passes the middleware, and the router answers preflights.
//
//	origins, err := cors.ParseOrigins(stage, setting)
//	handler = cors.Middleware(origins, handler)
//	if cors.IsPreflight(r) { cors.Preflight(w, "GET, POST") }
//
// It refuses every origin that is not, to the byte, what a browser sends; http beyond one's own machine; and in production
// the wildcard. It never allows credentials: tokens travel in Authorization, not in cookies.
package cors

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/customerai/customerai/shared/env"
)

// Any admits every page. ParseOrigins refuses it in production.
const Any = "*"

// Middleware names an allowed origin in every response, errors included, so that the page can read it. Without origins
// there are no CORS headers at all.
func Middleware(origins []string, next http.Handler) http.Handler {
	if len(origins) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if origin := allowed(origins, r.Header.Values("Origin")); origin != "" {
			h.Set("Access-Control-Allow-Origin", origin)
			h.Set("Access-Control-Expose-Headers", "Retry-After, X-Request-Id")
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		}
		next.ServeHTTP(w, r)
	})
}

func allowed(origins, given []string) string {
	switch {
	case len(given) != 1:
		return ""
	case slices.Contains(origins, Any):
		return Any
	case slices.Contains(origins, given[0]):
		return given[0]
	}
	return ""
}

// IsPreflight reports whether a browser asks what the path takes, before it sends the request itself.
func IsPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// Preflight answers what the path takes. It changes nothing and asks for no token; Middleware has decided about the origin.
func Preflight(w http.ResponseWriter, methods string) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", methods)
	h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, Idempotency-Key, X-Request-Id")
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

// ParseOrigins reads a comma-separated list of origins as browsers send them: scheme, host and, unless it is the default,
// port. Blank means none. Only https is accepted, and http from this machine in development. The error names the entry's
// position and says what is expected, not what was found.
func ParseOrigins(stage env.Stage, setting string) ([]string, error) {
	if strings.TrimSpace(setting) == "" {
		return nil, nil
	}
	entries := strings.Split(setting, ",")
	for i, entry := range entries {
		entries[i] = strings.TrimSpace(entry)
		if err := checkOrigin(stage, entries[i], len(entries)); err != nil {
			return nil, fmt.Errorf("entry %d %w", i+1, err)
		}
	}
	return entries, nil
}

func checkOrigin(stage env.Stage, origin string, entries int) error {
	if origin == Any {
		switch {
		case stage == env.Production:
			return errors.New("must not be * in production")
		case entries > 1:
			return errors.New("must not be * beside others")
		}
		return nil
	}
	u, err := url.Parse(origin)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "":
		return errors.New("must be an origin such as https://app.example.com")
	case u.Scheme != "https" && (u.Scheme != "http" || stage != env.Development || !isLocal(u.Hostname())):
		return errors.New("must begin with https:// (http:// only for localhost, and only in development)")
	case u.User != nil:
		return errors.New("must not have a user name")
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.ForceQuery || strings.HasSuffix(origin, "#"):
		return errors.New("must end after the host and port")
	case !isHost(u.Hostname()):
		return errors.New("must name one host in lower-case ASCII, without wildcards or a trailing dot; an address in its shortest form")
	case u.Port() != "" && !isPort(u.Port()):
		return errors.New("must name a port of 1 to 65535, without zeros before it")
	case strings.HasSuffix(u.Host, ":") || u.Scheme == "https" && u.Port() == "443" || u.Scheme == "http" && u.Port() == "80":
		return errors.New("must not name the default port, which browsers leave out")
	case origin != u.Scheme+"://"+u.Host:
		return errors.New("must be written as browsers send it")
	}
	return nil
}

func isLocal(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// isHost accepts a host in the one spelling that browsers give it. Another would be accepted here and match no page.
func isHost(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.String() == host && address.Zone() == "" && !address.Is4In6()
	}
	last := ""
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
		last = label
	}
	return strings.Trim(last, "0123456789") != "" // a host that ends in a number is an address to a browser
}

func isPort(port string) bool {
	n, err := strconv.Atoi(port)
	return err == nil && n > 0 && n <= 65535 && strconv.Itoa(n) == port
}
