package pii

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/customerai/customerai/infra/train/dataset"
	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/detect"
	"github.com/customerai/customerai/shared/insight/text"
)

// caseKinds maps the kinds of the recognizer cases to ours, with a word that announces one. Kinds of the cases that are
// not here are ones that we do not look for.
var caseKinds = map[string]struct {
	kind pii.Type
	word string
}{
	"ABA_ROUTING_NUMBER": {pii.RoutingNumber, "routing number"}, "AU_ACN": {pii.ACN, "ACN"}, "AU_TFN": {pii.TFN, "TFN"}, "CRYPTO": {pii.Wallet, "wallet"},
	"DE_TAX_ID": {pii.TaxID, "Steuer-ID"}, "DE_VAT_ID": {pii.VAT, "USt-IdNr"}, "ES_NIE": {pii.NIE, "NIE"}, "IN_AADHAAR": {pii.Aadhaar, "Aadhaar"},
	"IN_PAN": {pii.PAN, "PAN"}, "IP_ADDRESS": {pii.IPAddress, "IP"}, "IT_FISCAL_CODE": {pii.FiscalCode, "codice fiscale"}, "PL_PESEL": {pii.PESEL, "PESEL"},
	"SE_PERSONNUMMER": {pii.Personnummer, "personnummer"}, "UK_NINO": {pii.NINO, "NI number"}, "UK_POSTCODE": {pii.Location, "postcode"}, "URL": {pii.URL, "see"},
	"US_DRIVER_LICENSE": {pii.DriverLicense, "driver's license"}, "US_PASSPORT": {pii.Passport, "passport"},
}

type recognizerCase struct {
	Kinds    []string `json:"fixture_entities"`
	Text     string   `json:"text"`
	Expected *int     `json:"expected_len"`
}

// agreement counts the cases in which as many are found as should be: where there is something, and where there is not.
type agreement struct{ some, someRight, none, noneRight int }

// cases prints how far detection agrees with the cases of Presidio's own recognizers, as they stand there, most of them a
// number and nothing else, and with a word in front that says what is meant.
func cases(dataDir string, out io.Writer) error {
	all, err := dataset.ReadAs[recognizerCase](filepath.Join(dataDir, "pii", "recognizer_cases.jsonl.gz"))
	if err != nil {
		return err
	}
	bare, announced := map[string]agreement{}, map[string]agreement{}
	for _, c := range all {
		if len(c.Kinds) != 1 || c.Expected == nil {
			continue
		}
		known, ok := caseKinds[c.Kinds[0]]
		if !ok {
			continue
		}
		bare[c.Kinds[0]] = bare[c.Kinds[0]].add(known.kind, c.Text, *c.Expected)
		announced[c.Kinds[0]] = announced[c.Kinds[0]].add(known.kind, known.word+" "+c.Text, *c.Expected)
	}
	if _, err := fmt.Fprintf(out, "recognizer_cases: found where something is, silent where nothing is; the same with a word in front\n"); err != nil {
		return err
	}
	for _, kind := range slices.Sorted(maps.Keys(bare)) {
		b, a := bare[kind], announced[kind]
		if _, err := fmt.Fprintf(out, "%-20s %3d of %3d  %3d of %3d | %3d of %3d  %3d of %3d\n", kind,
			b.someRight, b.some, b.noneRight, b.none, a.someRight, a.some, a.noneRight, a.none); err != nil {
			return err
		}
	}
	_, err = io.WriteString(out, "\n")
	return err
}

func (a agreement) add(kind pii.Type, message string, expected int) agreement {
	var doc text.Document
	doc.Reset(message)
	found := 0
	for _, e := range detect.Entities(&doc, nil) {
		if e.Type == kind {
			found++
		}
	}
	switch right := found == expected; {
	case expected > 0:
		a.some++
		if right {
			a.someRight++
		}
	default:
		a.none++
		if right {
			a.noneRight++
		}
	}
	return a
}
