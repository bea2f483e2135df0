package categories

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/text"
)

type wordKind int

const (
	exact     wordKind = iota
	beginning          // neighbo*
	listName           // {rooms}
	malformed
)

const (
	minBeginning = 2 // letters before a *: fewer would hold of nearly every text
	maxNear      = 5
)

// word is one word of an entry, in the form that a text's words are compared in.
type word struct {
	kind wordKind
	text string
}

// parseEntry reads a phrase into words. What stands between blanks is read as a text would be, so that "can't" and "e-mail"
// compare as they do there, and punctuation around a word counts for nothing.
func parseEntry(doc *text.Document, entry string) (words []word) {
	for field := range strings.FieldsSeq(entry) {
		if inside, found := strings.CutPrefix(field, "{"); found && strings.HasSuffix(inside, "}") {
			words = append(words, word{listName, strings.TrimSuffix(inside, "}")})
			continue
		}
		kind := exact
		if cut, found := strings.CutSuffix(field, "*"); found {
			field, kind = cut, beginning
		}
		if strings.ContainsAny(field, "*{}") {
			return []word{{kind: malformed}}
		}
		doc.Reset(field)
		for i := range doc.Tokens {
			if key := appendKey(nil, doc, i); len(key) > 0 {
				words = append(words, word{exact, string(key)})
			}
		}
		if kind == beginning {
			if len(words) == 0 || len(doc.Tokens) == 0 || !counts(doc.Tokens[len(doc.Tokens)-1].Kind) {
				return []word{{kind: malformed}}
			}
			words[len(words)-1].kind = beginning
		}
	}
	return words
}

// counts reports whether a token is a word to a rule. Marks between words separate nothing: "refund, please" is "refund please".
func counts(kind text.Kind) bool { return kind != text.Punct && kind != text.Other }

// appendKey appends the form that token i is compared in, which is nothing for one that does not count. It is the normal form,
// except where that drops the digits: to a rule, error 404 is not error 500.
func appendKey(into []byte, doc *text.Document, i int) []byte {
	token := &doc.Tokens[i]
	if !counts(token.Kind) {
		return into
	}
	norm := doc.Norm(i)
	if token.Kind != text.Number && (token.Kind != text.Word || !hasDigit(norm)) {
		return append(into, norm...)
	}
	for _, c := range []byte(doc.Raw(i)) {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		into = append(into, c)
	}
	return into
}

func hasDigit(norm []byte) bool {
	for _, c := range norm {
		if c >= '0' && c <= '9' {
			return true
		}
	}
	return false
}
