// Package browser opens pages in a real browser, for tests of what only a browser decides.
//
// Normal use, in a test: a page that writes what it learns into its body.
//
//	text := browser.Text(t, "http://127.0.0.1:8080/page")
//
// It refuses to fetch anything: without a Chromium on the PATH the test is skipped, and told so.
package browser

import (
	"bytes"
	"html"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var body = regexp.MustCompile(`(?s)<body[^>]*>(.*)</body>`)

// Text opens a page and returns the text of its body once its scripts and requests have come to rest.
func Text(t *testing.T, address string) string {
	t.Helper()
	program, ok := find()
	if !ok {
		t.Skip("the browser is missing: neither chromium nor google-chrome is on the PATH")
	}
	var complaints bytes.Buffer
	command := exec.CommandContext(t.Context(), program,
		"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
		"--user-data-dir="+t.TempDir(), "--virtual-time-budget=10000", "--dump-dom", address)
	command.Stderr = &complaints
	page, err := command.Output()
	if err != nil {
		t.Fatalf("open the page: %v\n%s", err, complaints.String())
	}
	found := body.FindSubmatch(page)
	if found == nil {
		t.Fatalf("the page has no body: %s\n%s", page, complaints.String())
	}
	return strings.TrimSpace(html.UnescapeString(string(found[1])))
}

func find() (string, bool) {
	for _, name := range []string{"chromium", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
	}
	return "", false
}
