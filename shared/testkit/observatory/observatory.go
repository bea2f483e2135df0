// Package observatory grades the headers of a response as Mozilla's HTTP Observatory does.
//
// Normal use, in a test:
//
//	if score, findings := observatory.Score(response.Header); score < observatory.Best { t.Error(score, findings) }
//
// A response begins with 100 points. Penalties are taken off; bonuses are added to what is 90 or more without them. From
// 100 on the grade is A+. The modifiers are those of the published table, "Tests and Scoring" on MDN, in its version of
// 2025.
//
// It refuses pages: what scripts a page loads, and whether they carry hashes, is graded from the body. Nor does it know
// what headers do not say: whether a domain is on the browsers' HSTS list (5 points), and where http redirects to.
package observatory

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Best is what headers alone can earn where nothing sets a cookie: 100, and the four bonuses for the content security
// policy (10), framing (5), the referrer (5) and the resource policy (10). Shared is what is left of it for an answer that
// a page of another, allowed origin may read: such an answer has to waive the last of them.
const (
	Best   = 130
	Shared = 120
)

// Finding is the verdict of one test, in the table's words.
type Finding struct {
	Result   string
	Modifier int
}

// Score returns the points and the verdict of each test.
func Score(h http.Header) (int, []Finding) {
	policy := parsePolicy(h.Values("Content-Security-Policy"))
	findings := []Finding{
		cookies(h), sharing(h), content(policy), transport(h), referrer(h), sniffing(h), framing(policy, h), resource(h),
	}
	score, bonus := 100, 0
	for _, finding := range findings {
		if finding.Modifier < 0 {
			score += finding.Modifier
		} else {
			bonus += finding.Modifier
		}
	}
	if score >= 90 {
		score += bonus
	}
	return max(score, 0), findings
}

func cookies(h http.Header) Finding {
	worst := Finding{"cookies-secure-with-httponly-sessions-and-samesite", 5}
	lines := h.Values("Set-Cookie")
	if len(lines) == 0 {
		return Finding{"cookies-not-found", 0}
	}
	for _, line := range lines {
		attributes := fields(strings.ToLower(line), ";")
		finding := Finding{"cookies-secure-with-httponly-sessions", 0}
		sameSite := slices.Contains(attributes, "samesite=strict") || slices.Contains(attributes, "samesite=lax")
		switch {
		case !slices.Contains(attributes, "secure"):
			finding = Finding{"cookies-session-without-secure-flag", -40}
		case !slices.Contains(attributes, "httponly"):
			finding = Finding{"cookies-session-without-httponly-flag", -30}
		case sameSite:
			continue
		}
		if finding.Modifier < worst.Modifier {
			worst = finding
		}
	}
	return worst
}

func sharing(h http.Header) Finding {
	origin := h.Get("Access-Control-Allow-Origin")
	switch {
	case origin == "":
		return Finding{"cross-origin-resource-sharing-not-implemented", 0}
	case origin == "*":
		return Finding{"cross-origin-resource-sharing-implemented-with-public-access", 0}
	case h.Get("Access-Control-Allow-Credentials") != "":
		return Finding{"cross-origin-resource-sharing-implemented-with-universal-access", -50}
	}
	return Finding{"cross-origin-resource-sharing-implemented-with-restricted-access", 0}
}

func content(p policy) Finding {
	scripts, styles := p.sources("script-src"), p.sources("style-src")
	switch {
	case p == nil:
		return Finding{"csp-not-implemented", -25}
	case len(p) == 0:
		return Finding{"csp-header-invalid", -25}
	case scripts == nil || p.sources("object-src") == nil || broad(scripts) || broad(p.sources("object-src")):
		return Finding{"csp-implemented-with-unsafe-inline", -20}
	case p.loads("http:"):
		return Finding{"csp-implemented-with-insecure-scheme", -20}
	case slices.Contains(scripts, "'unsafe-eval'"):
		return Finding{"csp-implemented-with-unsafe-eval", -10}
	case broad(styles):
		return Finding{"csp-implemented-with-unsafe-inline-in-style-src-only", 0}
	case only(p["default-src"], "'none'") && (only(p["form-action"], "'none'") || only(p["form-action"], "'self'")):
		return Finding{"csp-implemented-with-no-unsafe-default-src-none", 10}
	}
	return Finding{"csp-implemented-with-no-unsafe", 5}
}

const sixMonths = 15_768_000 // seconds

func transport(h http.Header) Finding {
	value := h.Get("Strict-Transport-Security")
	if value == "" {
		return Finding{"hsts-not-implemented", -20}
	}
	for _, directive := range fields(strings.ToLower(value), ";") {
		if age, ok := strings.CutPrefix(directive, "max-age="); ok {
			seconds, err := strconv.Atoi(strings.Trim(age, `"`))
			switch {
			case err != nil:
				return Finding{"hsts-header-invalid", -20}
			case seconds < sixMonths:
				return Finding{"hsts-implemented-max-age-less-than-six-months", -10}
			}
			return Finding{"hsts-implemented-max-age-at-least-six-months", 0}
		}
	}
	return Finding{"hsts-header-invalid", -20}
}

func referrer(h http.Header) Finding {
	value := h.Get("Referrer-Policy")
	switch value {
	case "":
		return Finding{"referrer-policy-not-implemented", 0}
	case "no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin":
		return Finding{"referrer-policy-private", 5}
	case "origin", "origin-when-cross-origin", "unsafe-url", "no-referrer-when-downgrade":
		return Finding{"referrer-policy-unsafe", -5}
	}
	return Finding{"referrer-policy-header-invalid", -5}
}

func sniffing(h http.Header) Finding {
	switch h.Get("X-Content-Type-Options") {
	case "":
		return Finding{"x-content-type-options-not-implemented", -5}
	case "nosniff":
		return Finding{"x-content-type-options-nosniff", 0}
	}
	return Finding{"x-content-type-options-header-invalid", -5}
}

func framing(p policy, h http.Header) Finding {
	if p["frame-ancestors"] != nil && !broad(p["frame-ancestors"]) {
		return Finding{"x-frame-options-implemented-via-csp", 5}
	}
	switch strings.ToUpper(h.Get("X-Frame-Options")) {
	case "":
		return Finding{"x-frame-options-not-implemented", -20}
	case "DENY", "SAMEORIGIN":
		return Finding{"x-frame-options-sameorigin-or-deny", 0}
	}
	return Finding{"x-frame-options-header-invalid", -20}
}

func resource(h http.Header) Finding {
	switch h.Get("Cross-Origin-Resource-Policy") {
	case "":
		return Finding{"corp-not-implemented", 0}
	case "same-origin", "same-site":
		return Finding{"corp-implemented-with-same-origin", 10}
	case "cross-origin":
		return Finding{"corp-implemented-with-cross-origin", 0}
	}
	return Finding{"corp-header-invalid", -5}
}

// policy is a content security policy: sources by directive. It is nil where there is none, and empty where it says nothing.
type policy map[string][]string

// parsePolicy reads the first policy, which is the one that is graded. Of a directive that is repeated the first counts.
func parsePolicy(headers []string) policy {
	if len(headers) == 0 {
		return nil
	}
	p := policy{}
	for _, directive := range fields(strings.ToLower(headers[0]), ";") {
		name, rest, _ := strings.Cut(directive, " ")
		if _, repeated := p[name]; !repeated {
			p[name] = append([]string{}, strings.Fields(rest)...)
		}
	}
	return p
}

// sources are those of a directive or, where it is missing, those of default-src; nil where that is missing, too.
func (p policy) sources(directive string) []string {
	if own, ok := p[directive]; ok {
		return own
	}
	return p["default-src"]
}

// loads reports whether anything may come from such a source.
func (p policy) loads(scheme string) bool {
	for _, sources := range p {
		if slices.ContainsFunc(sources, func(s string) bool { return strings.HasPrefix(s, scheme) }) {
			return true
		}
	}
	return false
}

// broad reports whether sources let through what anybody wrote.
func broad(sources []string) bool {
	return slices.ContainsFunc(sources, func(s string) bool {
		return slices.Contains([]string{"'unsafe-inline'", "data:", "*", "http:", "https:", "http://*", "https://*"}, s)
	})
}

func only(sources []string, source string) bool { return len(sources) == 1 && sources[0] == source }

func fields(s, separator string) []string {
	var parts []string
	for part := range strings.SplitSeq(s, separator) {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
