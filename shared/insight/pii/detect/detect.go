// Package detect finds the personal data of a message.
//
// Normal use: one Document and one slice per worker.
//
//	doc.Reset(message)
//	entities = detect.Entities(&doc, entities)
//
// A number is what its check digits or its nearest context word say it is: "order 4155550132" is no phone number and
// "call 4155550132" is one. Scores follow one model: a pattern has a base score, valid check digits make it 1 and invalid
// ones drop it, and a context word within five words before it or three after adds 0.35. What stays under 0.4 is not
// reported. People and places come from the model of package tagger. Explain tells what stood behind each entity.
//
// The text is read twice from left to right, by its characters and by its words; the recognisers are in the packages beside
// this one. It refuses nothing: time is linear in the length of the text, whatever is in it. Redaction by such a program is
// not de-identification in the sense of HIPAA.
package detect

import (
	"cmp"
	"slices"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/pii/tagger"
	"github.com/customerai/customerai/shared/insight/text"
)

// Entities returns the personal data of d, ordered and without overlaps. It overwrites into, whose capacity is reused.
func Entities(d *text.Document, into []pii.Entity) []pii.Entity {
	s := evidence.Sheet{Doc: d, Text: d.Text, Found: into[:0]}
	scan(&s)
	return resolve(s.Text, s.Found)
}

func scan(s *evidence.Sheet) {
	s.Words = gazetteer.Recall()
	scanBytes(s)
	scanTokens(s)
	tagger.Find(s)
	s.Words.Keep()
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
