package operators

import (
	"slices"
	"strconv"
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
)

// Pseudonyms numbers the values of each type in the order in which they come: <PERSON_1>, <PERSON_2>, <PERSON_1>. Use one
// for a conversation, so that who is who stays readable, and another for the next, so that nobody is followed from one to
// the other. The zero value is ready. It is not safe for concurrent use.
//
// It holds what it was given: whoever keeps it keeps the personal data.
type Pseudonyms struct {
	// Name, if set, names a value where numbers would say too little, such as across conversations. It is given all
	// spellings of a value as one.
	Name func(t pii.Type, value string) string

	known  map[identity]string
	counts map[pii.Type]int
	list   []Pseudonym
}

// Pseudonym is a name that stands for a value, in the form in which the value came first.
type Pseudonym struct {
	Name  string
	Type  pii.Type
	Value string
}

type identity struct {
	t     pii.Type
	value string
}

// Resume returns pseudonyms that go on where a list ended.
func Resume(list []Pseudonym) *Pseudonyms {
	p := &Pseudonyms{known: map[identity]string{}, counts: map[pii.Type]int{}, list: slices.Clone(list)}
	for _, given := range list {
		p.known[identity{given.Type, sameValue(given.Value, given.Type)}] = given.Name
		p.counts[given.Type]++ // a name that is no number costs one, so that none comes twice
	}
	return p
}

// Operator puts the pseudonym of a value in its place.
func (p *Pseudonyms) Operator(b []byte, value string, t pii.Type) []byte {
	id := identity{t, sameValue(value, t)}
	name, ok := p.known[id]
	if !ok {
		if p.known == nil {
			p.known, p.counts = map[identity]string{}, map[pii.Type]int{}
		}
		p.counts[t]++
		text := strconv.Itoa(p.counts[t])
		if p.Name != nil {
			text = p.Name(t, id.value)
		}
		name = "<" + string(t) + "_" + text + ">"
		p.known[id] = name
		p.list = append(p.list, Pseudonym{Name: name, Type: t, Value: value})
	}
	return append(b, name...)
}

// List returns the pseudonyms given so far, in the order of their first use.
func (p *Pseudonyms) List() []Pseudonym { return slices.Clone(p.list) }

// sameValue maps spellings of one value to one: the case of names, places and addresses on the network, and the spaces and
// hyphens of numbers, which people write as they like. A secret is what it is, letter by letter.
func sameValue(value string, t pii.Type) string {
	switch t {
	case pii.Person, pii.Location, pii.EmailAddress, pii.URL:
		return strings.ToLower(strings.Join(strings.Fields(value), " "))
	case pii.PhoneNumber, pii.CreditCard, pii.IBAN, pii.SSN:
		return strings.ToUpper(strings.Map(func(r rune) rune {
			if strings.ContainsRune(" -.()/", r) {
				return -1
			}
			return r
		}, value))
	default:
		return value
	}
}
