// Package tagger finds the names of people and places in a message by their words and the words around them.
//
// Normal use: Find adds what it finds to a sheet.
//
//	tagger.Find(s)
//
// It is a linear chain: each word that may be part of a name scores each label by some thirty features (its spelling, its
// neighbours, what the gazetteer says of them), and the best sequence of labels wins. The weights are one signed byte each
// and are read where they are embedded: there is nothing to start up and nothing is allocated. Words that cannot be part of
// a name, ordinary ones in lower case, cost one look into the memory of words.
//
// It refuses to guess at what it has no word for: firms are labelled too, but only so that they are taken for nothing else.
package tagger

import (
	_ "embed"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/features"
	"github.com/customerai/customerai/shared/insight/text"
)

// Label is what a word is part of.
type Label uint8

// The labels. A name begins with one and goes on with the next.
const (
	Outside Label = iota
	PersonBegin
	PersonInside
	PlaceBegin
	PlaceInside
	FirmBegin
	FirmInside
	Labels = int(FirmInside) + 1
)

//go:embed model.bin
var embedded []byte

// Find adds the people and places of a text to what was found, in order.
func Find(s *evidence.Sheet) {
	var scores [features.MaxRun][Labels]int32
	var best [features.MaxRun]Label
	m, reader := Model(embedded), features.Read(s)
	for reader.Next() {
		for i := range reader.Len() {
			m.emissions(&reader, i, &scores[i])
		}
		m.decode(&scores, reader.Len(), &best)
		s.Found = m.entities(s.Doc, &reader, &scores, &best, s.Found)
	}
}

// entities adds the labelled stretches of a run.
func (m Model) entities(d *text.Document, run *features.Reader, scores *[features.MaxRun][Labels]int32, best *[features.MaxRun]Label, into []pii.Entity) []pii.Entity {
	for i := 0; i < run.Len(); {
		kind := pii.Person
		switch best[i] {
		case PersonBegin:
		case PlaceBegin:
			kind = pii.Location
		default:
			i++
			continue
		}
		sum, first := 0.0, i
		last := i
		for {
			sum += m.confidence(scores, best, i, run.Len())
			if !run.Mark(i) {
				last = i
			}
			i++
			if i == run.Len() || best[i] != best[first]+1 {
				break
			}
		}
		into = append(into, pii.Entity{
			Type: kind, Begin: int(d.Tokens[run.First()+first].Begin), End: run.End(last),
			Score: max(lowest, sum/float64(i-first)),
		})
	}
	return into
}

// lowest is the score of a name that the labels around it carry more than its own words.
const lowest = 0.4
