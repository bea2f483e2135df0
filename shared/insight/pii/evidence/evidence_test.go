package evidence

import (
	"math"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/text"
)

func sheet(s string) *Sheet {
	d := new(text.Document)
	d.Reset(s)
	return &Sheet{Doc: d, Text: s}
}

func TestCues(t *testing.T) {
	for phrase, want := range map[string]Cue{
		"phone": CuePhone, "account": CueAccount, "routing": CueRouting, "ssn": CueSSN, "itin": CueITIN, "passport": CuePassport, "dmv": CueLicence, "plate": CuePlate,
		"vin": CueVIN, "visa": CueCard, "cvv": CueCVV, "expires": CueExpiry, "pin": CuePIN, "swift": CueSwift, "nhs": CueNHS, "nino": CueNINO, "utr": CueUTR, "sin": CueSIN,
		"aadhaar": CueAadhaar, "pan": CuePAN, "zip": CuePostcode, "born": CueBirth, "aws": CueAWS, "firmware": CueVersion, "order": CueReference, "live": CueHome,
		"pesel": CuePESEL, "steuer-id": CueTaxID, "insee": CueNIR, "bsn": CueBSN, "personnummer": CuePersonnummer, "abn": CueABN, "acn": CueACN, "tfn": CueTFN,
		"medicare": CueMedicare, "vat": CueVAT, "dni": CueIdentity, "parcel": CueReference, "blue": 0, "driving licence": CueLicence, "licence": 0, "driver id": CueLicence,
		"security code": CueCVV, "zip code": CuePostcode, "discount code": CueReference, "travel document": CuePassport, "national insurance": CueNINO,
		"social insurance": CueSIN, "car insurance": 0, "tax file": CueTFN, "medicare card": CueMedicare, "a/c": CueAccount, "A/C": CueAccount, "b/c": 0, "a c": 0, "c": 0, "d.o.b": CueBirth, "D.O.B": CueBirth, "o.b": 0,
		"b": 0, "sécurité sociale": CueNIR,
	} {
		s := sheet(phrase)
		if got := s.CueAt(len(s.Doc.Tokens) - 1); got != want {
			t.Errorf("cue of %q = %b, want %b", phrase, got, want)
		}
	}
	for phrase, want := range map[string]Cue{"post code": CuePostcode, "driver license": CueLicence, "social insurance": CueSIN, "social club": CueSSN, "12": 0} {
		if got := sheet(phrase).CueAt(0); got != want {
			t.Errorf("cue of the first word of %q = %b, want %b", phrase, got, want)
		}
	}
}

func TestMonths(t *testing.T) {
	for month, names := range map[int][]string{
		1: {"january", "jan", "enero"}, 2: {"february", "février"}, 3: {"march", "märz"}, 4: {"april", "abril"}, 5: {"may", "mai"}, 6: {"june", "juin"},
		7: {"july", "julio"}, 8: {"august", "août"}, 9: {"september", "sept"}, 10: {"october", "oktober"}, 11: {"november", "nov"}, 12: {"december", "dezember"},
		0: {"monday"},
	} {
		for _, name := range names {
			if got := sheet(name).Sense(0).Month(); got != month {
				t.Errorf("month of %s = %d, want %d", name, got, month)
			}
		}
	}
}

func TestWhatWordsDoBesideNames(t *testing.T) {
	for word, want := range map[string]Sense{"The": Function | Opening, "van": Particle, "card": of(CueCard) | twofold, "new": Opening, "xqzt": 0} {
		s := sheet(word)
		if got, _ := s.Word(0); got != want || s.Sense(0) != want&^besideNames {
			t.Errorf("%q is %b to names and %b to others, want %b", word, got, s.Sense(0), want)
		}
	}
}

func TestTheNearestWordCounts(t *testing.T) {
	for message, want := range map[string]Cue{
		"call about order 12345678":                    CueReference,
		"order, or call 12345678":                      CuePhone,
		"12345678 is my account":                       CueAccount,
		"12345678. My account is old":                  0,
		"account one two three four 12345678":          CueAccount,
		"account one two three four five six 12345678": 0,
		"12345678":          0,
		"12345678\naccount": 0,
	} {
		s := sheet(message)
		begin := 0
		for !IsDigit(message[begin]) {
			begin++
		}
		if got := s.Nearest(begin, begin+8, CueNumber); got != want {
			t.Errorf("nearest cue in %q = %b, want %b", message, got, want)
		}
	}
}

func TestWeights(t *testing.T) {
	s := sheet("account 12345678")
	s.Nearest(8, 16, CueNumber)
	for name, test := range map[string]struct {
		weight Weight
		want   float64
	}{
		"alone":                                  {Alone(0.5), 0.5},
		"with check digits":                      {Proven(0.05), 1},
		"with check digits and a word":           {s.Proven(0.05), 1},
		"with a word":                            {s.Boosted(0.3), 0.65},
		"with a word, at least what is accepted": {s.Boosted(0.01), Accepted},
		"with a word, at most certain":           {s.Boosted(0.9), 1},
	} {
		if got := test.weight.Score(); math.Abs(got-test.want) > 1e-9 {
			t.Errorf("%s: score = %v, want %v", name, got, test.want)
		}
	}
}

func TestAddWithCue(t *testing.T) {
	for message, want := range map[string]float64{"bic 12345678": 0.65, "12345678": 0, "order 12345678": 0} {
		s := sheet(message)
		var trace []pii.Decision
		s.Trace = &trace
		s.AddWithCue("bank/bic", pii.Swift, len(message)-8, len(message), 0.3, CueSwift)
		switch {
		case want == 0 && len(s.Found) == 0 && len(trace) == 0:
		case len(s.Found) != 1 || math.Abs(s.Found[0].Score-want) > 1e-9 || len(trace) != 1 || trace[0].ContextWord != "bic" || trace[0].Pattern != "bic":
			t.Errorf("%q: found %v, decided %+v, want the score %v for the word bic", message, s.Found, trace, want)
		}
	}
	s := sheet("12345678")
	if s.AddWithCue("bank/bic", pii.Swift, 0, 8, 0.5, CueSwift); len(s.Found) != 1 || s.Found[0].Score != 0.5 {
		t.Errorf("found %v, want the pattern alone with 0.5", s.Found)
	}
	if s.Add("bank/bic", pii.Swift, 3, 3, Alone(1)); len(s.Found) != 1 {
		t.Errorf("found %v, want nothing empty", s.Found)
	}
}

func TestWordsAndCharacters(t *testing.T) {
	s := sheet("I am Élan, 42 and new. Old")
	if !s.WordIs(1, "is", "am") || s.WordIs(1, "is") || s.WordIs(-1, "am") || s.WordIs(99, "am") {
		t.Error("WordIs finds am at the second token and nowhere else")
	}
	if !s.Capital(2) || s.Capital(1) || !s.Adjoins(0, 1) || s.Adjoins(2, 3) {
		t.Error("Capital and Adjoins say where Élan and its neighbours stand")
	}
	if s.Skip(3, ',') != 4 || s.Skip(4, ',') != 4 || !s.EndsClause(5) || s.EndsClause(6) || !s.EndsClause(99) || !s.PrecededBy(4, "am") || s.PrecededBy(4, "is") {
		t.Error("Skip passes the comma, a clause ends before and, am precedes 42")
	}
	for word, want := range map[string][2]bool{"a1": {true, true}, "_1": {true, true}, " 1": {false, false}, "é1": {true, true}, "漢1": {false, false}} {
		if got := [2]bool{WordAt(word, 0), WordBefore(word, len(word)-1)}; got != want {
			t.Errorf("a word at and before %q: %v, want %v", word, got, want)
		}
	}
	if WordAt("a", 1) || WordBefore("a", 0) || UpperOf('a') != 'A' || UpperOf('1') != '1' || !SameDigits([]byte("111")) || SameDigits([]byte("112")) ||
		Value([]byte("042")) != 42 || !AllDigits("42") || AllDigits("4x") || !IsHex('f') || IsHex('g') || !Between(1, 1, 2) {
		t.Error("the functions of characters say what their names promise")
	}
}

func TestEveryWordOfTheVocabularyIsOneWordOfAMessage(t *testing.T) {
	for _, meaning := range senses.Meanings() {
		for word := range strings.FieldsSeq(meaning.Words) {
			s := sheet(word)
			if sense, _ := s.Word(0); len(s.Doc.Tokens) != 1 || s.Doc.Tokens[0].Kind != text.Word || uint32(sense)&meaning.Bits != meaning.Bits {
				t.Errorf("%q is %d tokens: nothing that anybody writes is this word", word, len(s.Doc.Tokens))
			}
		}
	}
}
