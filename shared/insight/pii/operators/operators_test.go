package operators_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/operators"
)

const mail = "Ask Zoë at zoe@example.com or 4111111111111111."

var mailEntities = []pii.Entity{
	{Type: pii.Person, Begin: 4, End: 8, Score: 0.5},
	{Type: pii.EmailAddress, Begin: 12, End: 27, Score: 1},
	{Type: pii.CreditCard, Begin: 31, End: 47, Score: 1},
}

var salt = []byte("sixteen bytes ok")

func mustMask(t *testing.T, mask rune, first, last int) operators.Operator {
	t.Helper()
	operator, err := operators.Mask(mask, first, last)
	if err != nil {
		t.Fatal(err)
	}
	return operator
}

func mustHash(t *testing.T, algorithm operators.Algorithm, salt []byte) operators.Operator {
	t.Helper()
	operator, err := operators.Hash(algorithm, salt)
	if err != nil {
		t.Fatal(err)
	}
	return operator
}

func TestApply(t *testing.T) {
	for name, test := range map[string]struct {
		policy operators.Policy
		want   string
	}{
		"a type in brackets by default":   {operators.Policy{}, "Ask [PERSON] at [EMAIL_ADDRESS] or [CREDIT_CARD]."},
		"replaced by a text":              {operators.Policy{Default: operators.ReplaceWith("…")}, "Ask … at … or …."},
		"removed":                         {operators.Policy{Default: operators.Redact}, "Ask  at  or ."},
		"covered, character by character": {operators.Policy{Default: mustMask(t, '•', 0, 0)}, "Ask ••• at ••••••••••••••• or ••••••••••••••••."},
		"covered but for the last four, and whole when there are no more": {
			operators.Policy{Default: mustMask(t, '*', 0, 4)}, "Ask *** at ***********.com or ************1111.",
		},
		"covered but for both ends": {operators.Policy{Default: mustMask(t, '*', 1, 1)}, "Ask Z*ë at z*************m or 4**************1."},
		"each type by an operator its own": {
			operators.Policy{Default: operators.Keep, ByType: map[pii.Type]operators.Operator{pii.CreditCard: mustMask(t, '*', 0, 4), pii.Person: operators.Replace}},
			"Ask [PERSON] at zoe@example.com or ************1111.",
		},
		"pseudonyms": {operators.Policy{Default: new(operators.Pseudonyms).Operator}, "Ask <PERSON_1> at <EMAIL_ADDRESS_1> or <CREDIT_CARD_1>."},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.policy.Apply(mail, mailEntities); got != test.want {
				t.Errorf("Apply = %q, want %q", got, test.want)
			}
		})
	}
}

func TestMaskRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		mask        rune
		first, last int
	}{
		"a negative number to leave":         {'*', 0, -1},
		"a negative number to leave, before": {'*', -1, 0},
		"a mask that is no character":        {-1, 0, 0},
		"the mark of an invalid character":   {'\uFFFD', 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := operators.Mask(test.mask, test.first, test.last); err == nil {
				t.Error("Mask = no error, want one")
			}
		})
	}
}

func TestMaskKeepsTheNumberOfCharacters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.String().Draw(t, "value")
		first, last := rapid.IntRange(0, 5).Draw(t, "first"), rapid.IntRange(0, 5).Draw(t, "last")
		mask, err := operators.Mask('█', first, last)
		if err != nil {
			t.Fatal(err)
		}
		got := string(mask(nil, value, pii.Person))
		if utf8.RuneCountInString(got) != utf8.RuneCountInString(value) {
			t.Errorf("%q masked is %q, want as many characters", value, got)
		}
		if left := strings.ReplaceAll(got, "█", ""); value != "" && left == value {
			t.Errorf("%q masked is %q, want something hidden", value, got)
		}
	})
}

func TestApplySkipsEntitiesThatWouldCorruptTheText(t *testing.T) {
	for name, entities := range map[string][]pii.Entity{
		"behind the end": {{Type: pii.Person, Begin: 4, End: 1000}},
		"empty":          {{Type: pii.Person, Begin: 4, End: 4}},
		"backwards":      {{Type: pii.Person, Begin: 8, End: 4}},
		"negative":       {{Type: pii.Person, Begin: -1, End: 4}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (operators.Policy{}).Apply(mail, entities); got != mail {
				t.Errorf("Apply = %q, want the text as it is", got)
			}
		})
	}
	overlapping := []pii.Entity{mailEntities[0], {Type: pii.Location, Begin: 6, End: 10}}
	if got, want := (operators.Policy{}).Apply(mail, overlapping), strings.Replace(mail, "Zoë", "[PERSON]", 1); got != want {
		t.Errorf("Apply = %q, want %q", got, want)
	}
}

// The digests were computed with openssl: printf 'PERSON\0Zoë' | openssl dgst -sha256 -hmac 'sixteen bytes ok'
func TestHash(t *testing.T) {
	const want = "f4dfc02f9f15fe7e5491f8658326d82c6195beb6eb61ec10be606c932db78d61"
	if got := string(mustHash(t, operators.SHA256, salt)(nil, "Zoë", pii.Person)); got != want {
		t.Errorf("digest = %s, want %s", got, want)
	}
	if got := mustHash(t, operators.SHA512, salt)(nil, "Zoë", pii.Person); len(got) != 128 {
		t.Errorf("the digest of SHA-512 has %d characters, want 128", len(got))
	}
}

func TestHashDependsOnValueTypeAndSalt(t *testing.T) {
	hash, other := mustHash(t, operators.SHA256, salt), mustHash(t, operators.SHA256, []byte("another salt of more bytes"))
	zoe := hash(nil, "Zoë", pii.Person)
	if !bytes.Equal(zoe, hash(nil, "Zoë", pii.Person)) {
		t.Error("the same value has two digests, want one")
	}
	for what, digest := range map[string][]byte{
		"value": hash(nil, "Zoe", pii.Person), "type": hash(nil, "Zoë", pii.Location), "salt": other(nil, "Zoë", pii.Person),
	} {
		if bytes.Equal(zoe, digest) {
			t.Errorf("with another %s the digest is the same, want another", what)
		}
	}
}

func TestHashKeepsItsOwnSalt(t *testing.T) {
	lent := bytes.Clone(salt)
	hash := mustHash(t, operators.SHA256, lent)
	before := hash(nil, "Zoë", pii.Person)
	clear(lent)
	if after := hash(nil, "Zoë", pii.Person); !bytes.Equal(before, after) {
		t.Error("the digest changed when the caller wiped the salt, want it as it was")
	}
}

func TestHashRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		algorithm operators.Algorithm
		salt      []byte
	}{
		"a short salt":              {operators.SHA256, salt[:operators.MinSalt-1]},
		"no salt":                   {operators.SHA512, nil},
		"an algorithm that is weak": {"md5", salt},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := operators.Hash(test.algorithm, test.salt); err == nil {
				t.Error("Hash = no error, want one")
			}
		})
	}
}

func TestPseudonymsAreConsistent(t *testing.T) {
	var p operators.Pseudonyms
	for _, step := range []struct {
		value string
		t     pii.Type
		want  string
	}{
		{"John Smith", pii.Person, "<PERSON_1>"},
		{"Maria", pii.Person, "<PERSON_2>"},
		{"john  SMITH", pii.Person, "<PERSON_1>"},
		{"Maria", pii.Location, "<LOCATION_1>"},
		{"+1 415 555 0132", pii.PhoneNumber, "<PHONE_NUMBER_1>"},
		{"+1 (415) 555-0132", pii.PhoneNumber, "<PHONE_NUMBER_1>"},
		{"hunter2", pii.Password, "<PASSWORD_1>"},
		{"Hunter2", pii.Password, "<PASSWORD_2>"},
	} {
		if got := string(p.Operator(nil, step.value, step.t)); got != step.want {
			t.Errorf("pseudonym of %q = %s, want %s", step.value, got, step.want)
		}
	}
	list := p.List()
	if len(list) != 6 || list[0] != (operators.Pseudonym{Name: "<PERSON_1>", Type: pii.Person, Value: "John Smith"}) {
		t.Errorf("List = %v, want six in the order of their first use", list)
	}
	list[0].Value = ""
	if p.List()[0].Value == "" {
		t.Error("changing what List returned changed the pseudonyms, want a copy")
	}
}

func TestPseudonymsGoOnWhereTheyWereLeft(t *testing.T) {
	var first operators.Pseudonyms
	for _, name := range []string{"John Smith", "Maria"} {
		first.Operator(nil, name, pii.Person)
	}
	second := operators.Resume(first.List())
	for _, step := range []struct{ value, want string }{{"MARIA", "<PERSON_2>"}, {"Zoë", "<PERSON_3>"}, {"John Smith", "<PERSON_1>"}} {
		if got := string(second.Operator(nil, step.value, pii.Person)); got != step.want {
			t.Errorf("pseudonym of %q = %s, want %s", step.value, got, step.want)
		}
	}
	if len(first.List()) != 2 || len(second.List()) != 3 {
		t.Errorf("lists of %d and %d, want the first as it was and one more in the second", len(first.List()), len(second.List()))
	}
}

func TestPseudonymsCanBeNamedInAnotherWay(t *testing.T) {
	p := operators.Pseudonyms{Name: func(t pii.Type, value string) string { return strings.ToUpper(value[:1]) + "-" + string(t[:1]) }}
	if got, want := string(p.Operator(nil, "Zoe  Smith", pii.Person)), "<PERSON_Z-P>"; got != want {
		t.Errorf("pseudonym = %s, want %s, named after the one spelling of all", got, want)
	}
	numbered := operators.Resume(p.List())
	if got, want := string(numbered.Operator(nil, "Maria", pii.Person)), "<PERSON_2>"; got != want {
		t.Errorf("pseudonym = %s, want %s", got, want)
	}
	if got, want := string(numbered.Operator(nil, "zoe smith", pii.Person)), "<PERSON_Z-P>"; got != want {
		t.Errorf("pseudonym = %s, want %s", got, want)
	}
}
