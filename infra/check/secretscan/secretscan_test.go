// Package secretscan_test plants secrets in a throw-away repository and counts how many the scanner finds with the
// project's rules, then expects it to find none in the project.
//
// Every secret is made up at run time from a fixed seed: this file holds shapes, and nothing that is worth finding.
package secretscan_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/testkit/depends"
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

// places are where a secret can hide: a file's name and how the secret is put into it.
var places = []struct {
	name string
	hide func(secret string) string
}{
	{"config-%d.env", func(s string) string { return "STAGE=production\n" + s + "\nLOG_LEVEL=info\n" }},
	{"handler-%d_test.go", func(s string) string { return "package handler\n\n// Taken from a real call:\n/*\n" + s + "\n*/\n" }},
	{"notes-%d.md", func(s string) string {
		return "# How to run it\n\nUse this one for now:\n\n    " + strings.ReplaceAll(s, "\n", "\n    ") + "\n"
	}},
	{"deploy-%d.sh", func(s string) string { return "#!/bin/sh\n# " + strings.ReplaceAll(s, "\n", "\n# ") + "\nexit 0\n" }},
	{"values-%d.yaml", func(s string) string { return "data:\n  value: |\n    " + strings.ReplaceAll(s, "\n", "\n    ") + "\n" }},
	{"gone-%d.txt", func(s string) string { return s + "\n" }}, // removed by a later commit
}

func TestThePlantsAreFoundAlsoWhenTheyWereRemovedLater(t *testing.T) {
	depends.On(t, ".gitleaks.toml")
	gitleaks := scanner(t)
	repository := t.TempDir()
	m := maker{rand.New(rand.NewChaCha8([32]byte{'s', 'e', 'e', 'd'}))}
	planted := map[string]string{} // kind by file
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range kinds {
			if !yield(name) {
				return
			}
		}
	})
	for i, kind := range names {
		// Three places each, shifted, so that every kind meets several and every place meets many.
		for j := range 3 {
			place := places[(i+2*j+i/len(places))%len(places)]
			file := fmt.Sprintf(place.name, 10*i+j)
			planted[file] = kind
			if err := os.WriteFile(filepath.Join(repository, file), []byte(place.hide(kinds[kind](m))), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	git(t, repository, "init", "-q")
	git(t, repository, "add", "-A")
	git(t, repository, "commit", "-q", "-m", "Plant")
	git(t, repository, "rm", "-q", "gone-*.txt")
	git(t, repository, "commit", "-q", "-m", "Remove some")

	found := map[string]bool{}
	for _, finding := range scan(t, gitleaks, repository, "git", ".") {
		found[finding.File] = true
	}
	missed := 0
	for file, kind := range planted {
		if !found[file] {
			missed++
			t.Logf("not found: %s in %s", kind, file)
		}
	}
	t.Logf("%d secrets of %d kinds in %d kinds of places: %d missed", len(planted), len(kinds), len(places), missed)
	if len(planted) < 60 || len(kinds) < 15 {
		t.Errorf("%d plants of %d kinds, want at least 60 of 15", len(planted), len(kinds))
	}
	if 100*missed > 2*len(planted) {
		t.Errorf("%d of %d missed, want at most 2 %%", missed, len(planted))
	}
}

func TestTheProjectHoldsNoSecret(t *testing.T) {
	depends.On(t, ".", ".ci", ".githooks")
	for _, finding := range scan(t, scanner(t), root(t), "dir", ".") {
		t.Errorf("%s:%d looks like a secret (%s)", finding.File, finding.StartLine, finding.RuleID)
	}
}

type finding struct {
	RuleID, File string
	StartLine    int
}

// scanner returns the pinned scanner, or skips.
func scanner(t *testing.T) string {
	t.Helper()
	matches, err := filepath.Glob(filepath.Join(root(t), ".tools", "gitleaks-*"))
	if err != nil || len(matches) == 0 {
		t.Skip("the secret scanner is not in .tools")
	}
	return matches[len(matches)-1]
}

func root(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

func scan(t *testing.T, gitleaks, folder string, args ...string) []finding {
	t.Helper()
	report := filepath.Join(t.TempDir(), "report.json")
	args = append(args, "--no-banner", "--redact", "--exit-code=0", "--report-format=json", "--report-path="+report,
		"--config="+filepath.Join(root(t), ".gitleaks.toml"))
	command := exec.Command(gitleaks, args...)
	command.Dir = folder
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("run the scanner: %v\n%s", err, output)
	}
	content, err := os.ReadFile(report)
	if err != nil {
		t.Fatalf("read the report: %v", err)
	}
	var findings []finding
	if err := json.Unmarshal(content, &findings); err != nil {
		t.Fatalf("read the report: %v", err)
	}
	return findings
}

func git(t *testing.T, folder string, args ...string) {
	t.Helper()
	command := exec.Command("git", args...)
	command.Dir = folder
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org")
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", args[0], err, output)
	}
}
