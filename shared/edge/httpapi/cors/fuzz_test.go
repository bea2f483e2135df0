package cors

import (
	"net/url"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/env"
)

// FuzzParseOrigins: an origin that is accepted is, to the byte, what a browser sends, and encrypted wherever customers are.
func FuzzParseOrigins(f *testing.F) {
	for _, setting := range []string{
		"", "*", "https://a.example.com", "https://a.example.com, https://b.example.com:8443", "http://localhost:3000", "https://a.example.com/",
		"https://a.example.com:443", "https://*.example.com", "https://user@a.example.com", "null", "https://[::1]:1", "https://A.example.com", "https://a.example.com?",
	} {
		f.Add(setting)
	}
	f.Fuzz(func(t *testing.T, setting string) {
		for _, stage := range []env.Stage{env.Production, env.Staging, env.Development} {
			origins, err := ParseOrigins(stage, setting)
			if err != nil && len(setting) > 16 && strings.Contains(err.Error(), setting) {
				t.Errorf("%v quotes the setting", err)
			}
			for _, origin := range origins {
				if origin == Any && stage != env.Production && len(origins) == 1 {
					continue
				}
				u, err := url.Parse(origin)
				if err != nil || u.Scheme+"://"+u.Host != origin || strings.ToLower(origin) != origin || strings.ContainsAny(origin, " *@?#\\,") {
					t.Errorf("%v accepts %q, which no browser sends", stage, origin)
				}
				if u.Scheme != "https" && (stage != env.Development || !isLocal(u.Hostname())) {
					t.Errorf("%v accepts %q, which is not encrypted", stage, origin)
				}
			}
		}
	})
}
