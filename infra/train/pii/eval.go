package pii

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/text"
)

// labelled are the files of the data folder with spans.
var labelled = []string{"synth_dataset_v2.json.gz", "generated_large.json.gz", "generated_small.json"}

// sameAs maps the labels of the files to our kinds. Other labels (organisations, titles, nationalities) name nothing that
// we detect: they are not counted as missed, and a detection on one is a false alarm.
var sameAs = map[string]pii.Type{
	"PERSON": pii.Person, "STREET_ADDRESS": pii.Location, "ADDRESS": pii.Location, "GPE": pii.Location, "LOCATION": pii.Location,
	"ZIP_CODE": pii.Location, "EMAIL_ADDRESS": pii.EmailAddress, "PHONE_NUMBER": pii.PhoneNumber, "CREDIT_CARD": pii.CreditCard,
	"US_SSN": pii.SSN, "IBAN_CODE": pii.IBAN, "IP_ADDRESS": pii.IPAddress, "DOMAIN_NAME": pii.URL, "DATE_TIME": pii.DateTime,
	"AGE": pii.Age, "US_DRIVER_LICENSE": pii.DriverLicense,
}

// row is a text and its spans, in code points.
type row struct {
	Text  string `json:"full_text"`
	Spans []struct {
		Type  string `json:"entity_type"`
		Begin int    `json:"start_position"`
		End   int    `json:"end_position"`
	} `json:"spans"`
}

// Tally counts detections against labels. A label is found, and a detection right, when one of the same kind overlaps it,
// or, counted strictly, has the same span.
type Tally struct {
	Labels, Found, FoundExactly     int
	Detections, Right, RightExactly int
}

func (t *Tally) add(other Tally) {
	t.Labels += other.Labels
	t.Found += other.Found
	t.FoundExactly += other.FoundExactly
	t.Detections += other.Detections
	t.Right += other.Right
	t.RightExactly += other.RightExactly
}

// F2 weighs recall twice: 5PR/(4P+R).
func F2(precision, recall float64) float64 {
	if precision+recall == 0 {
		return 0
	}
	return 5 * precision * recall / (4*precision + recall)
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// Eval prints precision, recall and F2 by kind and over all for each labelled file in the folder pii of dataDir, by overlap
// and strictly. No text is printed.
func Eval(ctx context.Context, dataDir string, out io.Writer) error {
	for _, name := range labelled {
		if err := ctx.Err(); err != nil {
			return err
		}
		rows, err := readRows(filepath.Join(dataDir, "pii", name))
		if err != nil {
			return fmt.Errorf("evaluate pii: %w", err)
		}
		if err := report(out, name, len(rows), Measure(rows)); err != nil {
			return fmt.Errorf("evaluate pii: print %s: %w", name, err)
		}
	}
	if err := cases(dataDir, out); err != nil {
		return fmt.Errorf("evaluate pii: %w", err)
	}
	if err := noise(ctx, dataDir, out); err != nil {
		return fmt.Errorf("evaluate pii: %w", err)
	}
	return nil
}

func readRows(path string) (rows []row, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	var plain io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		if plain, err = gzip.NewReader(file); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
		}
	}
	if err := json.NewDecoder(plain).Decode(&rows); err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	return rows, nil
}

// Measure runs the detector over the rows.
func Measure(rows []row) map[pii.Type]Tally {
	tallies := map[pii.Type]Tally{}
	var doc text.Document
	var found, labels []pii.Entity
	for _, r := range rows {
		doc.Reset(r.Text)
		found = detect.Entities(&doc, found)
		offsets := byteOffsets(r.Text)
		labels = labels[:0]
		for _, span := range r.Spans {
			if t, ok := sameAs[span.Type]; ok {
				labels = append(labels, pii.Entity{Type: t, Begin: offsets[span.Begin], End: offsets[span.End]})
			}
		}
		for _, e := range labels {
			overlap, exact := matches(e, found)
			t := tallies[e.Type]
			t.add(Tally{Labels: 1, Found: overlap, FoundExactly: exact})
			tallies[e.Type] = t
		}
		for _, e := range found {
			overlap, exact := matches(e, labels)
			t := tallies[e.Type]
			t.add(Tally{Detections: 1, Right: overlap, RightExactly: exact})
			tallies[e.Type] = t
		}
	}
	return tallies
}

// byteOffsets returns the byte offset of each code point, and the length.
func byteOffsets(s string) []int {
	offsets := make([]int, 0, len(s)+1)
	for i := range s {
		offsets = append(offsets, i)
	}
	return append(offsets, len(s))
}

// matches returns 1 when one of the others overlaps e, and 1 when one has its span.
func matches(e pii.Entity, others []pii.Entity) (overlap, exact int) {
	for _, other := range others {
		if other.Type != e.Type {
			continue
		}
		if other.Begin < e.End && e.Begin < other.End {
			overlap = 1
		}
		if other.Begin == e.Begin && other.End == e.End {
			exact = 1
		}
	}
	return overlap, exact
}

func report(out io.Writer, name string, rows int, tallies map[pii.Type]Tally) error {
	var all Tally
	var lines strings.Builder
	fmt.Fprintf(&lines, "%s, %d rows\n%-20s %6s %6s | %6s %6s %6s | %6s %6s %6s\n", name, rows,
		"", "labels", "found", "P", "R", "F2", "P", "R", "F2 strict")
	for _, t := range slices.Sorted(maps.Keys(tallies)) {
		tally := tallies[t]
		all.add(tally)
		line(&lines, string(t), tally)
	}
	line(&lines, "all", all)
	_, err := io.WriteString(out, lines.String()+"\n")
	return err
}

func line(b *strings.Builder, name string, t Tally) {
	precision, recall := ratio(t.Right, t.Detections), ratio(t.Found, t.Labels)
	exactPrecision, exactRecall := ratio(t.RightExactly, t.Detections), ratio(t.FoundExactly, t.Labels)
	fmt.Fprintf(b, "%-20s %6d %6d | %6.3f %6.3f %6.3f | %6.3f %6.3f %6.3f\n", name, t.Labels, t.Detections,
		precision, recall, F2(precision, recall), exactPrecision, exactRecall, F2(exactPrecision, exactRecall))
}
