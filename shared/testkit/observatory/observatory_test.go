package observatory_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/observatory"
)

const strictest = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// best returns headers that earn everything.
func best() http.Header {
	return http.Header{
		"Content-Security-Policy":      {strictest},
		"Strict-Transport-Security":    {"max-age=31536000; includeSubDomains"},
		"X-Content-Type-Options":       {"nosniff"},
		"Referrer-Policy":              {"no-referrer"},
		"Cross-Origin-Resource-Policy": {"same-origin"},
	}
}

func TestScores(t *testing.T) {
	const csp, cookie, origin = "Content-Security-Policy", "Set-Cookie", "Access-Control-Allow-Origin"
	for name, test := range map[string]struct {
		header, value string // "" takes the header away
		want          int
		finding       string
	}{
		"everything":                           {"Server", "", observatory.Best, "csp-implemented-with-no-unsafe-default-src-none"},
		"no policy":                            {csp, "", 100 - 25 - 20, "csp-not-implemented"}, // and nothing keeps it from being framed
		"a policy that says nothing":           {csp, ";", 100 - 25 - 20, "csp-header-invalid"},
		"a policy without default":             {csp, "frame-ancestors 'none'", 100 - 20, "csp-implemented-with-unsafe-inline"},
		"a policy of broad sources":            {csp, "default-src https:; frame-ancestors 'none'", 100 - 20, "csp-implemented-with-unsafe-inline"},
		"inline scripts":                       {csp, "default-src 'none'; script-src 'unsafe-inline'; frame-ancestors 'none'", 100 - 20, "csp-implemented-with-unsafe-inline"},
		"scripts that evaluate":                {csp, "default-src 'none'; script-src 'unsafe-eval'; frame-ancestors 'none'", 110, "csp-implemented-with-unsafe-eval"},
		"plain http":                           {csp, "default-src 'none'; img-src http://a.test; frame-ancestors 'none'", 100 - 20, "csp-implemented-with-insecure-scheme"},
		"inline styles":                        {csp, "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'", 120, "csp-implemented-with-unsafe-inline-in-style-src-only"},
		"a policy that leaves forms open":      {csp, "default-src 'none'; frame-ancestors 'none'", 125, "csp-implemented-with-no-unsafe"},
		"the first of two directives counts":   {csp, strictest + "; default-src *", observatory.Best, "csp-implemented-with-no-unsafe-default-src-none"},
		"framing by anybody":                   {csp, strings.Replace(strictest, "frame-ancestors 'none'", "frame-ancestors *", 1), 100 - 20, "x-frame-options-not-implemented"},
		"no HSTS":                              {"Strict-Transport-Security", "", 100 - 20, "hsts-not-implemented"},
		"HSTS for a day":                       {"Strict-Transport-Security", "max-age=86400", 120, "hsts-implemented-max-age-less-than-six-months"},
		"HSTS for six months":                  {"Strict-Transport-Security", `max-age="15768000"`, 130, "hsts-implemented-max-age-at-least-six-months"},
		"HSTS without an age":                  {"Strict-Transport-Security", "includeSubDomains", 100 - 20, "hsts-header-invalid"},
		"HSTS for ever":                        {"Strict-Transport-Security", "max-age=ever", 100 - 20, "hsts-header-invalid"},
		"no referrer policy":                   {"Referrer-Policy", "", 125, "referrer-policy-not-implemented"},
		"a telling referrer policy":            {"Referrer-Policy", "unsafe-url", 120, "referrer-policy-unsafe"},
		"a misspelt referrer policy":           {"Referrer-Policy", "none", 120, "referrer-policy-header-invalid"},
		"sniffing":                             {"X-Content-Type-Options", "", 125, "x-content-type-options-not-implemented"},
		"sniffing, misspelt":                   {"X-Content-Type-Options", "no-sniff", 125, "x-content-type-options-header-invalid"},
		"no resource policy":                   {"Cross-Origin-Resource-Policy", "", 120, "corp-not-implemented"},
		"a resource for everybody":             {"Cross-Origin-Resource-Policy", "cross-origin", observatory.Shared, "corp-implemented-with-cross-origin"},
		"a misspelt resource policy":           {"Cross-Origin-Resource-Policy", "none", 115, "corp-header-invalid"},
		"one origin may read":                  {origin, "https://a.test", observatory.Best, "cross-origin-resource-sharing-implemented-with-restricted-access"},
		"everybody may read":                   {origin, "*", observatory.Best, "cross-origin-resource-sharing-implemented-with-public-access"},
		"a good cookie":                        {cookie, "s=1; Secure; HttpOnly; SameSite=Lax", 135, "cookies-secure-with-httponly-sessions-and-samesite"},
		"a cookie that other sites send":       {cookie, "s=1; Secure; HttpOnly", 130, "cookies-secure-with-httponly-sessions"},
		"a cookie that scripts read":           {cookie, "s=1; Secure", 100 - 30, "cookies-session-without-httponly-flag"},
		"a cookie in the clear":                {cookie, "s=1", 100 - 40, "cookies-session-without-secure-flag"},
		"a policy that an old browser follows": {"X-Frame-Options", "DENY", observatory.Best, "x-frame-options-implemented-via-csp"},
	} {
		t.Run(name, func(t *testing.T) {
			h := best()
			h.Del(test.header)
			if test.value != "" {
				h.Set(test.header, test.value)
			}
			got, findings := observatory.Score(h)
			if got != test.want || !has(findings, test.finding) {
				t.Errorf("score = %d with %v, want %d with %s", got, findings, test.want, test.finding)
			}
		})
	}
}

func TestNothingAtAllScoresAlmostNothing(t *testing.T) {
	if got, findings := observatory.Score(http.Header{}); got != 100-25-20-5-20 {
		t.Errorf("score = %d with %v, want 30", got, findings)
	}
}

func TestCredentialsForAnybodyAreTheWorst(t *testing.T) {
	h := best()
	h.Set("Access-Control-Allow-Origin", "https://a.test")
	h.Set("Access-Control-Allow-Credentials", "true")
	if got, _ := observatory.Score(h); got != 50 {
		t.Errorf("score = %d, want 50", got)
	}
}

func TestFramesWithoutAPolicyAreUpToTheOldHeader(t *testing.T) {
	for value, want := range map[string]int{"": 80, "DENY": 125, "allowall": 80} {
		h := best()
		h.Set("Content-Security-Policy", "default-src 'none'; form-action 'none'")
		if value != "" {
			h.Set("X-Frame-Options", value)
		}
		if got, findings := observatory.Score(h); got != want {
			t.Errorf("X-Frame-Options %q: score = %d with %v, want %d", value, got, findings, want)
		}
	}
}

func has(findings []observatory.Finding, result string) bool {
	for _, finding := range findings {
		if finding.Result == result {
			return true
		}
	}
	return false
}
