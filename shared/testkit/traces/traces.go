// Package traces finds what must be told to nobody, a secret or something personal, however it is written down: as it is, escaped
// as Go, JSON and addresses do, in hexadecimal, and in base64 of both alphabets with any number of bytes before it.
//
// Normal use, in a test of a place that it must not get to, a log, an answer, a queue:
//
//	leaks := traces.Of(canary, secret)
//	…
//	if found := leaks.In(log.String()); found != "" {
//		t.Errorf("the log has %s", found)
//	}
//
// What is found is said without repeating it. It refuses texts that are so short that they are found by chance, and does not look
// for what was compressed, encrypted or cut.
package traces

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Shortest is the least number of bytes of a text to look for. Of eight, base64 shows eight letters that are theirs alone.
const Shortest = 8

// Scanner looks for some texts. Make it with Of.
type Scanner struct{ forms []form }

// form is one way in which a text is written.
type form struct{ written, name string }

// Of returns a scanner for the texts. It panics when one is too short: a test that looks for it would show nothing.
func Of(texts ...string) *Scanner {
	var s Scanner
	for i, text := range texts {
		if len(text) < Shortest {
			panic(fmt.Sprintf("traces: text %d has %d bytes, want at least %d", i+1, len(text), Shortest))
		}
		for _, form := range formsOf(text) {
			form.name = fmt.Sprintf("text %d %s", i+1, form.name)
			s.forms = append(s.forms, form)
		}
	}
	return &s
}

// In returns which text stands where, and how it is written, "" for none.
func (s *Scanner) In(where string) string {
	for _, form := range s.forms {
		if at := strings.Index(where, form.written); at >= 0 {
			return fmt.Sprintf("%s, at byte %d", form.name, at)
		}
	}
	return ""
}

func formsOf(text string) []form {
	quoted := fmt.Sprintf("%q", text)
	inHex := hex.EncodeToString([]byte(text))
	forms := []form{
		{text, "as it is"},
		{quoted[1 : len(quoted)-1], "quoted by Go"},
		{inJSON(text, true), "in JSON"},
		{inJSON(text, false), "in JSON that is no HTML"},
		{url.QueryEscape(text), "in a query"},
		{url.PathEscape(text), "in a path"},
		{inHex, "in hexadecimal"},
		{strings.ToUpper(inHex), "in upper-case hexadecimal"},
	}
	for skip := range 3 { // the bytes that share a group with what stands before are not the text's alone, and at the end neither
		whole := []byte(text)[skip:]
		whole = whole[:len(whole)/3*3]
		forms = append(forms, form{base64.StdEncoding.EncodeToString(whole), "in base64"}, form{base64.URLEncoding.EncodeToString(whole), "in base64url"})
	}
	return forms
}

func inJSON(text string, html bool) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(html)
	if err := encoder.Encode(text); err != nil {
		panic(err) // of a string, into a buffer
	}
	return b.String()[1 : b.Len()-2] // without its quotes and the line's end
}
