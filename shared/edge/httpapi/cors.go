package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/env"
)

// AnyOrigin admits every page. ParseOrigins refuses it in production.
const AnyOrigin = "*"

// cors names an allowed origin in every response, errors included, so that the page can read it. Without origins there
// are no CORS headers at all. There are no credentials to allow: tokens travel in Authorization, not in cookies.
func cors(origins []string, next http.Handler) http.Handler {
	if len(origins) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		if allowed := allowedOrigin(origins, r.Header.Values("Origin")); allowed != "" {
			h.Set("Access-Control-Allow-Origin", allowed)
			h.Set("Access-Control-Expose-Headers", "Retry-After, X-Request-Id")
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		}
		next.ServeHTTP(w, r)
	})
}

func allowedOrigin(origins, given []string) string {
	switch {
	case len(given) != 1:
		return ""
	case slices.Contains(origins, AnyOrigin):
		return AnyOrigin
	case slices.Contains(origins, given[0]):
		return given[0]
	}
	return ""
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// preflight says what the path takes. It changes nothing and asks for no token; cors has decided about the origin.
func preflight(w http.ResponseWriter, methods string) {
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
	if origin == AnyOrigin {
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
		return errors.New("must name one host in lower-case ASCII, without wildcards or a trailing dot")
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

func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}
