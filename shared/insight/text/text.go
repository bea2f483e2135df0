// Package text turns a message into tokens that all engines share, so that a message is read once.
//
// Normal use: keep one Document per worker and reset it for each message; nothing is allocated once its buffers have grown.
//
//	var doc text.Document
//	doc.Reset(message)
//	for i := range doc.Tokens {
//		fmt.Println(doc.Raw(i), string(doc.Norm(i)))
//	}
//
// It refuses nothing: any string, valid UTF-8 or not, gives tokens in order that do not overlap, in time linear in its
// length. Texts must be shorter than 2 GiB, because a token holds 32-bit offsets. It does not stem, spell-check or compose
// Unicode: "é" and "e" with a combining accent stay two spellings.
package text

import "slices"

// Kind says what a token is.
type Kind uint8

// The kinds of token.
const (
	Other    Kind = iota // what no other kind covers: control characters, unassigned code points, invalid bytes
	Word                 // letters with internal digits, apostrophes and hyphens; one ideograph or kana
	Number               // digits with internal separators: 12, 1,299.00, 10:30, 24/11
	Punct                // one punctuation mark or symbol, or a run of the same ASCII mark: "!!!"
	Emoji                // one emoji as a person sees it, with its modifiers and joined parts
	Emoticon             // :-) <3 and their like
	URL                  // with a scheme, with www., or a bare domain of a common ending
	Handle               // @name
	Email                // name@example.com
)

// Token is one token of a Document.
type Token struct {
	Begin, End         int32 // byte offsets in Document.Text
	normBegin, normEnd int32 // byte offsets in Document.norm
	fnv                uint64
	Kind               Kind
	Plain              bool  // a Word of ASCII letters alone, none three times in a row: its normal form differs in case only
	Capitals           uint8 // of a Plain word, at most 255
	Upper              bool  // a Word of two or more letters, none of them lower-case, one at least upper-case
	Elongated          bool  // a Word with a letter three times in a row, a run of punctuation, or a stretched emoticon
	Break              bool  // a line break stands before it
}

// Document is a text and its tokens. The zero value is an empty text. It is not safe for concurrent use.
type Document struct {
	Text   string
	Tokens []Token

	norm        []byte // a place for each byte of Text, in which plain tokens leave their normal form, those of the others, room for Spelt bytes
	lineBreak   bool   // seen since the last token
	nextAt      int    // the first '@' not yet passed, or len(Text)
	emailFailed int    // no e-mail address begins before this offset
}

// Reset makes d the document of text, reusing its buffers.
func (d *Document) Reset(text string) {
	d.begin(text)
	for i := 0; i < len(text); {
		end := i
		switch classes[text[i]] { // the two that stand in turn
		case gap | closes:
			end++
		case letter:
			end = d.shortWord(i)
		}
		if end == i {
			end = d.next(i)
		}
		i = end
	}
}

func (d *Document) begin(text string) {
	*d = Document{Text: text, Tokens: d.Tokens[:0], norm: slices.Grow(d.norm[:0], len(text)+Spelt)[:len(text)], nextAt: -1}
}

// Norm returns token i in its normal form, valid until the next Reset: lower-case, HTML entities resolved, a letter three
// times in a row and more cut to two, apostrophes straight, invisible characters dropped, a number "0", runs of digits
// inside a word "0", runs of a mark cut to two, an emoji without skin tone and gender sign, a URL "url", a handle "@user",
// an e-mail address "email".
func (d *Document) Norm(i int) []byte {
	t := &d.Tokens[i]
	return d.norm[t.normBegin:t.normEnd:t.normEnd]
}

// Hash returns the Hash of the normal form of token i, which is taken once for all engines.
func (d *Document) Hash(i int) uint64 { return finishHash(d.Tokens[i].fnv) }

// FNV returns the FNV of the normal form of token i.
func (d *Document) FNV(i int) uint64 { return d.Tokens[i].fnv }

// Raw returns token i as it stands in the text.
func (d *Document) Raw(i int) string {
	t := &d.Tokens[i]
	return d.Text[t.Begin:t.End]
}

// emit appends a token whose normal form is d.norm[normBegin:normEnd] and has a FNV, and returns it. It is written where it stays: a value would
// be built and copied.
func (d *Document) emit(kind Kind, begin, end, normBegin, normEnd int, fnv uint64) *Token {
	t := d.token()
	t.Begin, t.End, t.normBegin, t.normEnd, t.fnv = int32(begin), int32(end), int32(normBegin), int32(normEnd), fnv
	t.Kind, t.Break = kind, d.lineBreak
	d.lineBreak = false
	return t
}

// token appends a token with nothing in it.
func (d *Document) token() *Token {
	d.Tokens = append(d.Tokens, Token{})
	return &d.Tokens[len(d.Tokens)-1]
}

// emitAppended is emit for a normal form that was appended to d.norm from normBegin on.
func (d *Document) emitAppended(kind Kind, begin, end, normBegin int) *Token {
	d.norm = slices.Grow(d.norm, Spelt)
	return d.emit(kind, begin, end, normBegin, len(d.norm), FNV(d.norm[normBegin:]))
}

// emitAs appends a token with a constant normal form, and returns its end.
func (d *Document) emitAs(kind Kind, begin, end int, norm string) int {
	normBegin := len(d.norm)
	d.norm = append(d.norm, norm...)
	d.emitAppended(kind, begin, end, normBegin)
	return end
}
