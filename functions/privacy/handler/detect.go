package handler

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/danielgtaylor/huma/v2"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/text"
)

type passage struct {
	ID   string `json:"id" minLength:"1" maxLength:"200"`
	Text string `json:"text" minLength:"1"`
}

// Detection is what detectPII and anonymiseTexts have in common.
type Detection struct {
	Documents []passage `json:"documents" minItems:"1" maxItems:"1000" doc:"Texts with ids of your own, each once"`
	Offsets   text.Unit `json:"offsets,omitempty" enum:"codepoint,byte,utf16" default:"codepoint" doc:"What begin and end count"`
	Threshold float64   `json:"threshold,omitempty" minimum:"0.4" maximum:"1" default:"0.4" doc:"The lowest score that counts"`
	Types     []kind    `json:"types,omitempty" maxItems:"100" doc:"Kinds to look for, by our name or Comprehend's or Bedrock's; absent: all"`
}

type finding struct {
	Type    pii.Type `json:"type"`
	Aliases aliases  `json:"aliases" doc:"What other services call this kind"`
	Begin   int      `json:"begin"`
	End     int      `json:"end"`
	Score   float64  `json:"score" minimum:"0" maximum:"1"`
}

type aliases struct {
	Comprehend string `json:"comprehend,omitempty"`
	Bedrock    string `json:"bedrock,omitempty"`
}

type detectInput struct {
	Body struct {
		Detection
		Explain bool `json:"explain,omitempty" doc:"Say why each was taken for personal data"`
	}
}

type detectOutput struct {
	Body struct {
		Results []detected `json:"results" doc:"One a document, in their order"`
	}
}

type detected struct {
	ID  string    `json:"id"`
	PII []finding `json:"pii" doc:"Personal data found, in the order of the text"`

	Decisions []decision `json:"decisions,omitempty" doc:"Why, when that was asked for; several can stand behind one finding"`
}

// decision is why a stretch of text was taken for personal data.
type decision struct {
	Type          pii.Type `json:"type"`
	Begin         int      `json:"begin"`
	End           int      `json:"end"`
	Score         float64  `json:"score" minimum:"0" maximum:"1"`
	Recogniser    string   `json:"recogniser" doc:"The part of the program that found it"`
	Pattern       string   `json:"pattern" doc:"Which of its patterns matched"`
	OriginalScore float64  `json:"originalScore" doc:"Of the pattern alone"`
	ContextScore  float64  `json:"contextScore" doc:"What a word nearby added"`
	ContextWord   string   `json:"contextWord,omitempty" doc:"That word"`
	Validated     bool     `json:"validated" doc:"By check digits or the like"`
}

func (h handler) detect(_ context.Context, in *detectInput) (*detectOutput, error) {
	f, err := newFinder(in.Body.Detection)
	if err != nil {
		return nil, err
	}
	defer f.done()
	out := &detectOutput{}
	out.Body.Results = make([]detected, len(in.Body.Documents))
	for i, d := range in.Body.Documents {
		found := f.find(d.Text)
		out.Body.Results[i] = detected{ID: d.ID, PII: f.show(d.Text, found)}
		if in.Body.Explain && f.shown <= mostShown {
			out.Body.Results[i].Decisions = f.explain(d.Text, found)
		}
		if f.shown > mostShown {
			return nil, errTooMuch
		}
	}
	return out, nil
}

// kind is a name that somebody has for a kind of personal data, or DEFAULT.
type kind string

// defaultKind stands for every kind that is not named.
const defaultKind kind = "DEFAULT"

// Schema lists the names, so that clients need not guess.
func (kind) Schema(huma.Registry) *huma.Schema {
	schema := &huma.Schema{Type: huma.TypeString}
	for _, name := range append(slices.Sorted(maps.Keys(named())), defaultKind) {
		schema.Enum = append(schema.Enum, string(name))
	}
	schema.PrecomputeMessages()
	return schema
}

// named finds kinds by each name that somebody has for them.
var named = sync.OnceValue(func() map[kind][]pii.Type {
	kinds := map[kind][]pii.Type{}
	for _, alias := range pii.Aliases() {
		names := map[kind]bool{kind(alias.Type): true, kind(alias.Comprehend): true, kind(alias.Bedrock): true}
		delete(names, "")
		for name := range names {
			kinds[name] = append(kinds[name], alias.Type)
		}
	}
	return kinds
})

var aliasOf = sync.OnceValue(func() map[pii.Type]aliases {
	all := map[pii.Type]aliases{}
	for _, alias := range pii.Aliases() {
		all[alias.Type] = aliases{alias.Comprehend, alias.Bedrock}
	}
	return all
})

// mostShown is how many findings and decisions fit an answer: each is up to ten times as long as the personal data that it is about.
const mostShown = 15_000

var errTooMuch = errs.New(errs.TooLarge, "the documents hold more personal data than one answer can show; send fewer at once")

// finder finds what a request asks for. Its buffers come from a pool.
type finder struct {
	*buffers
	shown     int
	unit      text.Unit
	threshold float64
	wanted    map[pii.Type]bool // nil: all
}

type buffers struct {
	document text.Document
	entities []pii.Entity
	offsets  []int
}

var pool = sync.Pool{New: func() any { return new(buffers) }}

func newFinder(d Detection) (*finder, error) {
	f := &finder{unit: d.Offsets, threshold: d.Threshold}
	first := map[string]int{}
	var problems []errs.Field
	for i, document := range d.Documents {
		if earlier, repeated := first[document.ID]; repeated {
			problems = append(problems, errs.Field{
				Path: fmt.Sprintf("documents[%d].id", i), Message: fmt.Sprintf("is the id of documents[%d] too", earlier),
			})
			continue
		}
		first[document.ID] = i
	}
	for i, name := range d.Types {
		if name == defaultKind {
			problems = append(problems, errs.Field{Path: fmt.Sprintf("types[%d]", i), Message: "must be a kind of personal data"})
		}
		if f.wanted == nil {
			f.wanted = map[pii.Type]bool{}
		}
		for _, kind := range named()[name] {
			f.wanted[kind] = true
		}
	}
	if len(problems) > 0 {
		return nil, errs.InvalidFields(problems...)
	}
	f.buffers = pool.Get().(*buffers) //nolint:forcetypeassert // the pool holds nothing else
	return f, nil
}

// done gives the buffers back, and nothing of what was read in them.
func (f *finder) done() {
	f.document.Reset("")
	pool.Put(f.buffers)
}

// find returns what the request asks for in a text. The result is valid until the next call.
func (f *finder) find(s string) []pii.Entity {
	f.document.Reset(s)
	f.entities = detect.Entities(&f.document, f.entities)
	kept := f.entities[:0]
	for _, e := range f.entities {
		if e.Score >= f.threshold && (f.wanted == nil || f.wanted[e.Type]) {
			kept = append(kept, e)
		}
	}
	return kept
}

// explain tells why the entities that were found last were.
func (f *finder) explain(s string, found []pii.Entity) []decision {
	decisions := detect.Explain(&f.document)
	decisions = slices.DeleteFunc(decisions, func(d pii.Decision) bool { return !d.Behind(found) })
	f.offsets = f.offsets[:0]
	for _, d := range decisions {
		f.offsets = append(f.offsets, d.Begin, d.End)
	}
	text.Offsets(s, f.unit, f.offsets)
	shown := make([]decision, len(decisions))
	f.shown += len(decisions)
	for i, d := range decisions {
		shown[i] = decision{
			Type: d.Type, Begin: f.offsets[2*i], End: f.offsets[2*i+1], Score: hundredths(d.Score), Recogniser: d.Recogniser, Pattern: d.Pattern,
			OriginalScore: hundredths(d.OriginalScore), ContextScore: hundredths(d.ContextScore), ContextWord: d.ContextWord, Validated: d.Validated,
		}
	}
	return shown
}

func hundredths(score float64) float64 { return math.Round(score*100) / 100 }

// show tells about entities in the request's unit.
func (f *finder) show(s string, entities []pii.Entity) []finding {
	f.offsets = f.offsets[:0]
	for _, e := range entities {
		f.offsets = append(f.offsets, e.Begin, e.End)
	}
	text.Offsets(s, f.unit, f.offsets)
	shown := make([]finding, len(entities))
	f.shown += len(entities)
	for i, e := range entities {
		shown[i] = finding{
			Type: e.Type, Aliases: aliasOf()[e.Type], Begin: f.offsets[2*i], End: f.offsets[2*i+1], Score: hundredths(e.Score),
		}
	}
	return shown
}
