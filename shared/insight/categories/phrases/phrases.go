// Package phrases reads the words that a rule of a tenant is written in, in the form that the words of a text are compared in.
//
// Normal use: once for each phrase of a rule, and for each word of a text.
//
//	words := phrases.Parse(&doc, "cancel* my {accounts}")
//	key = phrases.AppendKey(key[:0], &doc, i) // equals a word's Text, or begins with it
//
// It refuses nothing: what cannot be understood is a word of kind Malformed, which whoever validates rules has words for.
package phrases

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/text"
)

// Kind is how a word of a rule stands for words of a text.
type Kind int

// The kinds.
const (
	Exact     Kind = iota
	Beginning      // neighbo*
	ListName       // {rooms}
	Malformed
)

// Word is one word of a phrase, in the form that a text's words are compared in.
type Word struct {
	Kind Kind
	Text string
}

// Parse reads a phrase into words. What stands between blanks is read as a text would be, so that "can't" and "e-mail"
// compare as they do there, and punctuation around a word counts for nothing.
func Parse(doc *text.Document, phrase string) (words []Word) {
	for field := range strings.FieldsSeq(phrase) {
		if inside, found := strings.CutPrefix(field, "{"); found && strings.HasSuffix(inside, "}") {
			words = append(words, Word{ListName, strings.TrimSuffix(inside, "}")})
			continue
		}
		kind := Exact
		if cut, found := strings.CutSuffix(field, "*"); found {
			field, kind = cut, Beginning
		}
		if strings.ContainsAny(field, "*{}") {
			return []Word{{Kind: Malformed}}
		}
		doc.Reset(field)
		for i := range doc.Tokens {
			if key := AppendKey(nil, doc, i); len(key) > 0 {
				words = append(words, Word{Exact, string(key)})
			}
		}
		if kind == Beginning {
			if len(words) == 0 || len(doc.Tokens) == 0 || !counts(doc.Tokens[len(doc.Tokens)-1].Kind) {
				return []Word{{Kind: Malformed}}
			}
			words[len(words)-1].Kind = Beginning
		}
	}
	return words
}

// counts reports whether a token is a word to a rule. Marks between words separate nothing: "refund, please" is "refund please".
func counts(kind text.Kind) bool { return kind != text.Punct && kind != text.Other }

// AppendKey appends the form that token i is compared in, which is nothing for one that does not count. It is the normal form,
// except where that drops the digits: to a rule, error 404 is not error 500.
func AppendKey(into []byte, doc *text.Document, i int) []byte {
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
