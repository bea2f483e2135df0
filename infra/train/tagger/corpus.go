package tagger

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/pii/features"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/pii/tagger"
	"github.com/customerai/customerai/shared/insight/text"
)

const anything = 1<<tagger.Labels - 1

// set returns the labels as a set of bits.
func set(labels ...tagger.Label) (bits uint8) {
	for _, label := range labels {
		bits |= 1 << label
	}
	return bits
}

var (
	outside = set(tagger.Outside)
	places  = set(tagger.PlaceBegin, tagger.PlaceInside)
	firms   = set(tagger.FirmBegin, tagger.FirmInside)
)

// composed returns the samples of a message of ours: every label is known.
func composed(c *composer, pieces []piece) []sample {
	return samples(c.Rand, pieces, func(*text.Document, int) uint8 { return outside })
}

// found returns the samples of a message that somebody wrote, with names put in where its publisher took names out: those
// are people, an ordinary word in lower case is nothing, and what else a word can be is left open.
func found(c *composer, message string) []sample {
	var pieces []piece
	for {
		before, after, masked := strings.Cut(message, "[NAME]")
		pieces = append(pieces, piece{text: before})
		if !masked {
			return samples(c.Rand, pieces, open)
		}
		name := c.slot([]string{"first", "first", "full", "last"}[c.IntN(4)])
		if strings.ToLower(before) == before && c.IntN(2) == 0 {
			name[0].text = strings.ToLower(name[0].text)
		}
		pieces = append(pieces, name...)
		message = after
	}
}

// samples returns the runs of a message with the labels that its names and, for the rest, unnamed allow. Now and then the
// gazetteer is made to know nothing of a word, so that names in no list are learned, too.
func samples(c *rand.Rand, pieces []piece, unnamed func(d *text.Document, i int) uint8) (out []sample) {
	var message strings.Builder
	var ends []int
	for _, p := range pieces {
		message.WriteString(p.text)
		ends = append(ends, message.Len())
	}
	var d text.Document
	d.Reset(message.String())
	reader := features.NewReader(&d)
	at, seen := 0, -1 // the piece, and the last one with a word that was labelled
	for reader.Next() {
		var s sample
		for i := range reader.Len() {
			begin := int(d.Tokens[reader.First()+i].Begin)
			for at < len(ends)-1 && begin >= ends[at] {
				at++
			}
			switch kind := pieces[at].kind; {
			case kind == tagger.Outside:
				s.allowed = append(s.allowed, unnamed(&d, reader.First()+i))
			case seen == at:
				s.allowed = append(s.allowed, set(kind+1))
			default:
				s.allowed = append(s.allowed, set(kind))
			}
			seen = at
			if c.IntN(5) == 0 {
				reader.Forget(i)
			}
		}
		for i := range reader.Len() {
			s.features = append(s.features, reader.AppendFeatures(i, nil))
		}
		out = append(out, s)
	}
	return out
}

// open returns what a word of an unlabelled text can be.
func open(d *text.Document, i int) uint8 {
	if d.Tokens[i].Kind != text.Word {
		return anything
	}
	raw := d.Raw(i)
	flags := gazetteer.Lookup(strings.TrimSuffix(strings.TrimSuffix(raw, "'s"), "’s"))
	lower := strings.ToLower(raw) == raw
	named, placed := flags.Any(gazetteer.Given|gazetteer.Surname), flags.Any(gazetteer.City|gazetteer.BigCity|gazetteer.Region)
	switch {
	case lower && flags.Has(gazetteer.Ordinary), lower && flags == 0:
		return outside
	case flags.Has(gazetteer.Region) && !named && !flags.Has(gazetteer.Ordinary):
		return places | firms
	case flags.Has(gazetteer.Ordinary) && (!named || !titled(d, i)):
		return outside | firms
	case named:
		return anything
	case placed && lower:
		return outside | places
	}
	return outside | places | firms
}

// titled reports whether a title stands before token i.
func titled(d *text.Document, i int) bool {
	i--
	if i > 0 && d.Raw(i) == "." {
		i--
	}
	if i < 0 {
		return false
	}
	switch string(d.Norm(i)) {
	case "mr", "mrs", "ms", "miss", "dr", "prof", "sir", "president", "aunt", "uncle", "sister", "nurse":
		return true
	}
	return false
}

// sources are the texts that somebody wrote: files, and the sources in them. What is in development parts is measured on.
var sources = []struct {
	file    string
	sources []string
}{
	{filepath.Join("sentiment", "train.jsonl.gz"), []string{"goemotions-train", "nhs-fft-1", "vader-amazon", "vader-tweets", "uci-amazon", "uci-yelp"}},
	{filepath.Join("topics", "banking77_train.jsonl.gz"), []string{"banking77"}},
	{filepath.Join("topics", "bitext_train.jsonl.gz"), []string{"bitext"}},
}

// readCorpus returns the texts of the sources.
func readCorpus(dataDir string) ([]string, error) {
	var texts []string
	for _, from := range sources {
		rows, err := dataset.Read(filepath.Join(dataDir, from.file))
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if slices.Contains(from.sources, row.Source) {
				texts = append(texts, row.Text)
			}
		}
	}
	return texts, nil
}

// readPlain returns the phrases of the topics' trainer, which name nobody.
func readPlain(folder string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(content)) {
			if line = strings.TrimSpace(line); line != "" && !strings.ContainsAny(line, "{#") {
				lines = append(lines, line)
			}
		}
	}
	return lines, nil
}
