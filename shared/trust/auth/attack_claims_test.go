package auth_test

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

func headers(f forge, add func(string, ...string)) {
	for name, values := range map[string][]string{
		"crit": {`[]`, `["exp"]`, `["b64"]`, `["nothing"]`, `"exp"`, `null`, `{}`}, "b64": {`false`, `true`}, "zip": {`"DEF"`, `"GZIP"`},
		"jku": {`"https://evil.example/jwks.json"`, `"file:///dev/null"`}, "x5u": {`"https://evil.example/cert.pem"`},
		"jwk": {`{"kty":"oct","k":"AAAA"}`, `{}`}, "x5c": {`["MIIB"]`, `[]`}, "x5t": {`"AAAA"`}, "x5t#S256": {`"AAAA"`},
		"cty": {`"JWT"`}, "enc": {`"A256GCM"`}, "epk": {`{}`}, "p2c": {`2147483647`}, "url": {`"/"`}, "nonce": {`"a"`}, "iss": {`"a"`},
		"ALG": {`"none"`}, "Alg": {`"none"`}, "Typ": {`"JWT"`}, "KID": {`"a"`}, " alg": {`"none"`}, "alg ": {`"none"`}, "": {`"a"`},
	} {
		for _, value := range values {
			add("a header "+name, f.withHeader(name, value))
		}
	}
	for _, kid := range []string{
		"", "../../../../dev/null", "/dev/null", "' OR 1=1 --", "$(id)", "|id", "\x00", f.kid + "\x00", f.kid + " ", strings.ToLower(f.kid) + "x",
		strings.Repeat("A", 10<<10), "AAAAAA", "1001", keyID(1003), f.pending, f.kid + "=", "*",
	} {
		add("a kid that is not the key's", f.withHeader("kid", fmt.Sprintf("%q", kid)))
	}
	for _, kid := range []string{`null`, `1001`, `[]`, `["` + f.kid + `"]`, `{}`, `true`, ``} {
		add("a kid that is no string", f.withHeader("kid", kid))
	}
	for _, typ := range []string{
		`"JWT"`, `"jwt"`, `"AT+JWT"`, `"at+JWT"`, `"application/at+jwt"`, `"rt+jwt"`, `"approval+jwt"`, `"id+jwt"`, `"secevent+jwt"`, `""`,
		`" at+jwt"`, `null`, `1`, `["at+jwt"]`, `{}`, ``,
	} {
		add("another typ", f.withHeader("typ", typ))
	}
}

func names(f forge, add func(string, ...string)) {
	header, payload := f.header(), object(claims())
	for _, extra := range []string{`"alg":"none"`, `"alg":"HS256"`, `"typ":"JWT"`, `"kid":"a"`, `"\u0061lg":"none"`} {
		add("a header name twice", f.sign(header[:len(header)-1]+","+extra+"}", payload), f.sign("{"+extra+","+header[1:], payload))
	}
	for name, value := range claims() {
		add("a claim twice", f.sign(header, payload[:len(payload)-1]+fmt.Sprintf(",%q:%s}", name, value)),
			f.sign(header, fmt.Sprintf("{%q:%s,", name, value)+payload[1:]))
		escaped := fmt.Sprintf(`,"\u%04x%s":%s}`, name[0], name[1:], value)
		add("a claim twice, once escaped", f.sign(header, payload[:len(payload)-1]+escaped))
		for _, folded := range []string{strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:], name + " ", " " + name, name + "\u0000"} {
			add("a claim in another case, too", f.sign(header, payload[:len(payload)-1]+fmt.Sprintf(",%q:%s}", folded, value)))
			members := claims()
			delete(members, name)
			members[folded] = value
			add("a claim in another case instead", f.sign(header, object(members)))
		}
	}
	for _, name := range []string{"role", "roles", "admin", "scp", "permissions", "azp", "client_id", "cnf", "act", "__proto__", "constructor", "", "ſub", "ıss"} {
		add("a claim of others", f.sign(header, payload[:len(payload)-1]+fmt.Sprintf(`,%q:"admin"}`, name)))
	}
}

func claimShapes(f forge, add func(string, ...string)) {
	for name := range claims() {
		add(name+" missing", f.sign(f.header(), with(name, "")))
		for _, value := range []string{
			`null`, `true`, `false`, `[]`, `{}`, `""`, `" "`, `[""]`, `["a","b"]`, `{"a":1}`, `-1`, `-0`, `1e308`, `1e3`, `1.5`, `0`,
			`99999999999999999999`, `[1772366400]`, `1772366400.0`, `1772366400000`, `1.7723664e9`,
			`[` + claims()[name] + `]`, `{"$":` + claims()[name] + `}`,
		} {
			if name == "epoch" && value == `0` {
				continue // the one value of these that Mint gives
			}
			add(name+" of a wrong shape", f.sign(f.header(), with(name, value)))
		}
		if name == "exp" || name == "nbf" || name == "iat" {
			for _, text := range []string{claims()[name], "NaN", "Infinity", "1e999", "2026-03-01T12:00:00Z"} {
				add(name+" as text", f.sign(f.header(), with(name, `"`+text+`"`)))
			}
		}
	}
}

func claimValues(f forge, add func(string, ...string)) {
	sign := func(claim, value string) string { return f.sign(f.header(), with(claim, value)) }
	at := func(claim string, offset int64) string { return sign(claim, strconv.FormatInt(now.Unix()+offset, 10)) }
	for _, past := range []int64{-30, -31, -60, -3600, -86400, -1772366400} {
		add("expired", at("exp", past))
	}
	add("alive for too long", at("exp", 1801), at("exp", 3600), at("exp", 86400*365), at("iat", -1), at("iat", -86400))
	late := claims()
	late["iat"], late["nbf"], late["exp"] = seconds(20*time.Second), seconds(20*time.Second), seconds(10*time.Second)
	add("expires before it was issued", f.sign(f.header(), object(late)))
	late["exp"] = late["iat"]
	add("expires when it is issued", f.sign(f.header(), object(late)))
	add("not valid yet", at("nbf", 31), at("nbf", 60), at("nbf", 86400))
	add("issued in the future", at("iat", 31), at("iat", 60), at("iat", 1799))
	for _, issuer := range []string{
		"customerai-staging", "customerai-development", "Customerai-production", "customerai-production/", "customerai-productio", "customerai", "https://evil.example",
	} {
		add("another stage or issuer", sign("iss", fmt.Sprintf("%q", issuer)))
	}
	for _, aud := range []string{"customerai", "customerai-api2", "CUSTOMERAI-API", "customerai-api/", "customerai-dashboard", "*"} {
		add("another audience", sign("aud", fmt.Sprintf("%q", aud)), sign("aud", fmt.Sprintf(`["customerai-api",%q]`, aud)))
	}
	for _, name := range []string{"sub", "tenant", "jti"} {
		for _, value := range []string{
			" ", "a b", "main#other", "main\\u0000", "main\\n", "\\u202emain", "ma\\u0131n", "é", "a/b", "a.b", "..", "a:b", strings.Repeat("a", 129), strings.Repeat("a", 4<<10),
		} {
			add(name+" with a value that Mint never gives", sign(name, `"`+value+`"`))
		}
	}
	for _, scope := range []string{
		" ", "analyze ", " analyze", "analyze  batches:read", "a a", "analyze\\tbatches", "a\\\"b", "a\\\\b", "é", "\\u0000", strings.Repeat("a", 1025),
	} {
		add("scopes that Mint never gives", sign("scope", `"`+scope+`"`))
	}
}
