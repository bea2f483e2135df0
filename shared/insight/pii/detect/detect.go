// Package detect finds the personal data of a message.
//
// Normal use: one Document and one slice per worker.
//
//	doc.Reset(message)
//	entities = detect.Entities(&doc, entities)
//
// A number is what its checksum or its nearest context word says it is: "order 4155550132" is no phone number and
// "call 4155550132" is one. Scores follow one model: a pattern has a base score, a valid checksum makes it 1 and an invalid
// one drops it, and a context word within five words before it or three after adds 0.35. What stays under 0.4 is not
// reported.
//
// It refuses to guess: names are recognised by lists, capitals and cues only, so that an unusual name in lower case is
// missed, and a place counts only where it says where a person is. Time is linear in the length of the text, whatever is in
// it. Redaction by such a program is not de-identification in the sense of HIPAA.
package detect

import (
	"cmp"
	"slices"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/tagger"
	"github.com/customerai/customerai/shared/insight/text"
)

const (
	accepted     = 0.4  // the lowest score that is reported
	contextBoost = 0.35 // what a context word adds
	certain      = 1.0  // the score of a valid checksum
)

// Entities returns the personal data of d, ordered and without overlaps. It overwrites into, whose capacity is reused.
func Entities(d *text.Document, into []pii.Entity) []pii.Entity {
	s := scanner{doc: d, text: d.Text, found: into[:0]}
	s.scan()
	return resolve(s.text, s.found)
}

func (s *scanner) scan() {
	s.scanBytes()
	s.scanTokens()
	s.found = tagger.Append(s.doc, s.found)
}

// scanner collects what the detectors find; candidates may overlap until they are resolved.
type scanner struct {
	doc   *text.Document
	text  string
	found []pii.Entity

	domainEnd int // no bare domain begins before this offset
	placeEnd  int // the first token that is not part of an address yet

	contextWord int         // the token that nearest found
	trace       *[]Decision // what was decided and why; nil when nobody asked
}

// resolve orders the candidates and makes them disjoint, in place: of equal spans the better score stays, of nested ones
// the longer; overlapping ones of one type become one, as do neighbours of one type with only spaces between; of two types
// that overlap in part the one with the lower score is cut.
func resolve(s string, found []pii.Entity) []pii.Entity {
	slices.SortFunc(found, func(a, b pii.Entity) int {
		return cmp.Or(cmp.Compare(a.Begin, b.Begin), cmp.Compare(b.End, a.End), cmp.Compare(b.Score, a.Score), cmp.Compare(a.Type, b.Type))
	})
	out := found[:0]
	for _, e := range found {
		if len(out) == 0 {
			out = append(out, e)
			continue
		}
		last := &out[len(out)-1]
		switch {
		case e.End <= last.End:
		case e.Type == last.Type && (e.Begin <= last.End || blank(s[last.End:e.Begin])):
			last.End, last.Score = e.End, max(last.Score, e.Score)
		case e.Begin >= last.End:
			out = append(out, e)
		case e.Score > last.Score && e.Begin > last.Begin:
			last.End = trimRight(s, last.Begin, e.Begin)
			out = append(out, e)
		default:
			if e.Begin = trimLeft(s, last.End, e.End); e.Begin < e.End {
				out = append(out, e)
			}
		}
	}
	return out
}

// blank reports whether s is a few spaces. A longer gap is never looked through.
func blank(s string) bool {
	if len(s) > 3 {
		return false
	}
	for i := range len(s) {
		if s[i] != ' ' {
			return false
		}
	}
	return true
}

func trimRight(s string, begin, end int) int {
	for end > begin+1 && (s[end-1] == ' ' || s[end-1] == '\n' || s[end-1] == ',') {
		end--
	}
	return end
}

func trimLeft(s string, begin, end int) int {
	for begin < end && (s[begin] == ' ' || s[begin] == '\n' || s[begin] == ',') {
		begin++
	}
	return begin
}
