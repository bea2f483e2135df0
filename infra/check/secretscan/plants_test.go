package secretscan_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
)

const (
	base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	alphanumeric   = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	hexadecimal    = "0123456789abcdef"
)

// maker makes secrets: the same ones on every run.
type maker struct{ *rand.Rand }

func (m maker) text(n int, alphabet string) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[m.IntN(len(alphabet))]
	}
	return string(b)
}

func (m maker) bytes(n int) []byte { return []byte(m.text(n, alphanumeric+"!#%&*")) }

func (m maker) base64(n int) string { return base64.StdEncoding.EncodeToString(m.bytes(n)) }

// pem returns a private key block; the lines are joined by newline.
func (m maker) pem(kind, newline string) string {
	lines := []string{"-----BEGIN " + kind + "PRIVATE" + " KEY-----"}
	for range 6 {
		lines = append(lines, m.text(64, alphanumeric+"+/"))
	}
	return strings.Join(append(lines, "-----END "+kind+"PRIVATE"+" KEY-----"), newline)
}

const tinkType = "type.googleapis.com/google.crypto.tink."

func (m maker) keyset(kind string) string {
	return fmt.Sprintf(`{"primaryKeyId":%d,"key":[{"keyData":{"typeUrl":"%s%s","value":"%s","keyMaterialType":"SYMMETRIC"},"status":"ENABLED"}]}`,
		m.Uint32(), tinkType, kind, m.base64(34))
}

// keysetBinary is a keyset as protocol buffers write it, with n bytes before the type so that every alignment occurs.
func (m maker) keysetBinary(n int) string {
	return base64.StdEncoding.EncodeToString(append(append(m.bytes(n), tinkType+"AesGcmKey"...), m.bytes(40)...))
}

// kinds are the shapes of secrets: each makes a fresh line or block.
var kinds = map[string]func(m maker) string{
	"aws access key":             func(m maker) string { return "AKIA" + m.text(16, base32Alphabet) },
	"aws temporary access key":   func(m maker) string { return "key=ASIA" + m.text(16, base32Alphabet) },
	"aws secret key":             func(m maker) string { return "aws_secret_access_key = " + m.text(40, alphanumeric+"/+") },
	"jwt secret setting":         func(m maker) string { return "JWT_SECRET_KEY=" + m.base64(32) },
	"encryption key setting":     func(m maker) string { return `ENCRYPTION_KEY: "` + m.base64(32) + `"` },
	"pseudonym key setting":      func(m maker) string { return `"PSEUDONYM_KEY": "` + m.text(64, hexadecimal) + `"` },
	"client secret of ours":      func(m maker) string { return m.text(52, base32Alphabet) },
	"client secret setting":      func(m maker) string { return `clientSecret := "` + m.text(32, alphanumeric) + `"` },
	"tink keyset aead":           func(m maker) string { return m.keyset("AesGcmKey") },
	"tink keyset jwt":            func(m maker) string { return m.keyset("JwtHmacKey") },
	"tink keyset in a string":    func(m maker) string { return strings.ReplaceAll(m.keyset("HmacPrfKey"), `"`, `\"`) },
	"tink keyset binary":         func(m maker) string { return m.keysetBinary(9) },
	"tink keyset binary, +1":     func(m maker) string { return m.keysetBinary(10) },
	"tink keyset binary, +2":     func(m maker) string { return m.keysetBinary(11) },
	"rsa private key":            func(m maker) string { return m.pem("RSA ", "\n") },
	"ec private key":             func(m maker) string { return m.pem("EC ", "\n") },
	"pkcs8 key, newlines as \\n": func(m maker) string { return m.pem("", `\n`) },
	"openssh key":                func(m maker) string { return m.pem("OPENSSH ", "\n") },
	"pem in base64":              func(m maker) string { return base64.StdEncoding.EncodeToString([]byte(m.pem("", "\n"))) },
	"github token":               func(m maker) string { return "ghp_" + m.text(36, alphanumeric) },
	"gitlab token":               func(m maker) string { return "glpat-" + m.text(20, alphanumeric) },
	"slack token": func(m maker) string {
		return "xoxb-" + m.text(12, "123456789") + "-" + m.text(12, "123456789") + "-" + m.text(24, alphanumeric)
	},
	"stripe key":    func(m maker) string { return "sk_live_" + m.text(24, alphanumeric) },
	"anthropic key": func(m maker) string { return "sk-ant-api03-" + m.text(93, alphanumeric) + "AA" },
	"npm token":     func(m maker) string { return "npm_" + m.text(36, strings.ToLower(alphanumeric[:26])+"0123456789") },
	"json web token": func(m maker) string {
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode([]byte(`{"sub":"`+m.text(12, alphanumeric)+`"}`)) + "." + encode(m.bytes(32))
	},
	"password in a URL":  func(m maker) string { return "postgres://app:" + m.text(18, alphanumeric) + "@db.internal:5432/app" },
	"password setting":   func(m maker) string { return `password: "` + m.text(16, alphanumeric+"!#") + `"` },
	"password in a .env": func(m maker) string { return "SMTP_PASSWORD=" + m.text(16, alphanumeric) },
	"bearer token in a curl": func(m maker) string {
		return `curl -H "Authorization: Bearer ` + m.text(40, alphanumeric) + `" https://api.internal/`
	},
}

// place is where a secret can hide: a file, where %d is the secret's number, and how the secret is put into it.
type place struct {
	name, file string
	hide       func(secret string) string
}

// places hold every kind of secret each.
var places = []place{
	{"a settings file", "config-%d.env", func(s string) string { return "STAGE=production\n" + s + "\nLOG_LEVEL=info\n" }},
	{"a comment of a test", "handler-%d_test.go", func(s string) string { return "package handler\n\n// Taken from a real call:\n/*\n" + s + "\n*/\n" }},
	{"a block of Markdown", "notes-%d.md", func(s string) string { return "# How to run it\n\nUse this one for now:\n\n" + indented("    ", s) }},
	{"a comment of a script", "deploy-%d.sh", func(s string) string { return "#!/bin/sh\n" + indented("# ", s) + "exit 0\n" }},
	{"a block of YAML", "values-%d.yaml", func(s string) string { return "data:\n  value: |\n" + indented("    ", s) }},
	{"a file that was removed", "gone-%d.txt", func(s string) string { return s + "\n" }},
	{"a file of another branch", "aside-%d.txt", func(s string) string { return s + "\n" }},
	{"a notebook", "study-%d.ipynb", func(s string) string {
		return `{"cells":[{"cell_type":"code","source":[` + quoted("# try it\n") + "," + quoted(s+"\n") + `],"outputs":[]}],"nbformat":4}` + "\n"
	}},
	{"a member of JSON", "event-%d.json", func(s string) string { return "{\n  \"note\": " + quoted(s) + ",\n  \"retries\": 3\n}\n" }},
	{"base64", "values-%d.b64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte("note: "+s+"\n")) + "\n" }},
	{"the query of an address", "links-%d.txt", func(s string) string {
		return "see https://console.internal/try?draft=" + url.QueryEscape(s) + "&page=2\n"
	}},
	{"a comment of XML", "pom-%d.xml", func(s string) string { return "<project>\n  <!--\n" + indented("  ", s) + "  -->\n</project>\n" }},
	{"a line that was minified", "app-%d.min.txt", func(s string) string {
		const noise = "function(a,b){return a[b]||{}},"
		return strings.Repeat(noise, 40) + "x=" + quoted(s) + "," + strings.Repeat(noise, 40) + "\n"
	}},
	{"a log", "run-%d.log", func(s string) string {
		return "2026-01-02T03:04:05Z INFO called with [" + strings.ReplaceAll(s, "\n", `\n`) + "] in 12 ms\n"
	}},
}

func indented(by, s string) string { return by + strings.ReplaceAll(s, "\n", "\n"+by) + "\n" }

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
