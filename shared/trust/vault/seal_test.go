package vault_test

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"flag"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/trust/vault"
)

const (
	samples     = 1_000  // ciphertexts whose every bit is flipped
	transplants = 10_000 // along each axis
)

var nonces = flag.Int("nonces", 200_000, "how many nonces are compared")

// wantRefused fails unless a value was refused with the one text that every refusal has.
func wantRefused(t *testing.T, what string, plain []byte, err error) {
	t.Helper()
	if plain != nil || err == nil {
		t.Fatalf("%s: Open = %d bytes, want a refusal", what, len(plain))
	}
	if got, want := err.Error(), "open sealed value: what is sealed does not open"; got != want || errs.CodeOf(err) != errs.Internal {
		t.Fatalf("%s: Open = %q, want %q", what, got, want)
	}
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	f := newFixture(t)
	key := f.create("main", "zoe")
	for n := range samples {
		sealed := must(key.Seal(place, []byte(strings.Repeat("x", n%32))))
		for bit := range 8 * len(sealed) {
			sealed[bit/8] ^= 1 << (bit % 8)
			plain, err := key.Open(place, sealed)
			wantRefused(t, "a flipped bit", plain, err)
			sealed[bit/8] ^= 1 << (bit % 8)
		}
		for length := range sealed {
			plain, err := key.Open(place, sealed[:length])
			wantRefused(t, "cut off", plain, err)
		}
		plain, err := key.Open(place, append(bytes.Clone(sealed), 0))
		wantRefused(t, "longer", plain, err)
		if _, err := key.Open(place, sealed); err != nil {
			t.Fatalf("the value itself: %v", err)
		}
	}
}

// TestNothingOpensElsewhere moves values along each axis. Parts are made of so few letters that they run into each other:
// an encoding without lengths would take "a"+"bc" for "ab"+"c".
func TestNothingOpensElsewhere(t *testing.T) {
	f := newFixture(t)
	words := []string{"", "a", "ab", "b", "bc", "c", "abc", "1", "12", "2"}
	word := func(n int) string { return words[n%len(words)] }
	at := func(n int) vault.Place {
		return vault.Place{Table: word(n), Item: word(n / 7), Field: word(n / 49), Version: int64(n % 13)}
	}
	people := []*vault.Key{f.create("main", "zoe"), f.create("main", "max"), f.create("other", "zoe"), f.create("m", "ainzoe")}
	for axis, move := range map[string]func(n int, p *vault.Place) (other bool){
		"table":   func(n int, p *vault.Place) bool { old := p.Table; p.Table = word(n + 1 + n%9); return p.Table != old },
		"item":    func(n int, p *vault.Place) bool { old := p.Item; p.Item = word(n + 1 + n%9); return p.Item != old },
		"field":   func(n int, p *vault.Place) bool { old := p.Field; p.Field = word(n + 1 + n%9); return p.Field != old },
		"version": func(n int, p *vault.Place) bool { p.Version += int64(1 + n%5); return true },
		"shift": func(n int, p *vault.Place) bool {
			before := *p
			all := p.Table + p.Item + p.Field
			cut := n % (len(all) + 1)
			p.Table, p.Item, p.Field = all[:cut], all[cut:], ""
			return *p != before
		},
		"subject or tenant": nil,
	} {
		moved := 0
		for n := 0; moved < transplants; n++ {
			from, to := people[n%len(people)], people[n%len(people)]
			source := at(n)
			target := source
			if move == nil {
				to = people[(n+1+n%3)%len(people)]
			} else if !move(n, &target) {
				continue
			}
			if from == to && source == target {
				continue
			}
			moved++
			plain, err := to.Open(target, must(from.Seal(source, []byte("hunter2"))))
			wantRefused(t, axis, plain, err)
		}
	}
}

func TestNoNonceComesTwice(t *testing.T) {
	race.Skip(t, "only slows one goroutine")
	key := newFixture(t).create("main", "zoe")
	seen := make(map[[12]byte]bool, *nonces)
	for range *nonces {
		nonce := [12]byte(must(key.Seal(place, nil))[1:])
		if seen[nonce] {
			t.Fatal("a nonce came twice")
		}
		seen[nonce] = true
	}
}

func TestThePrimitiveUnderneathAgreesWithWycheproof(t *testing.T) {
	file, err := os.Open("../../../../shared/data/security/aes_gcm_test.json.gz")
	if err != nil {
		t.Skip("the Wycheproof vectors are not beside the repository (../shared/data/security)")
	}
	defer func() { _ = file.Close() }()
	var vectors struct {
		TestGroups []struct {
			IVSize, KeySize, TagSize int
			Tests                    []struct {
				TCID                               int `json:"tcId"`
				Key, IV, AAD, Msg, Ct, Tag, Result string
			}
		}
	}
	if err := json.Unmarshal(must(io.ReadAll(must(gzip.NewReader(file)))), &vectors); err != nil {
		t.Fatal(err)
	}
	bytesOf := func(s string) []byte { return must(hex.DecodeString(s)) }
	verdicts := map[string]int{}
	for _, group := range vectors.TestGroups {
		if group.IVSize != 96 || group.KeySize != 256 || group.TagSize != 128 {
			continue
		}
		for _, test := range group.Tests {
			verdicts[test.Result]++
			aead, err := subtle.NewAESGCM(bytesOf(test.Key))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := aead.Decrypt(bytesOf(test.IV+test.Ct+test.Tag), bytesOf(test.AAD))
			if got, want := err == nil, test.Result == "valid"; got != want || got && !bytes.Equal(plain, bytesOf(test.Msg)) {
				t.Errorf("vector %d: opened %v, want %v", test.TCID, got, want)
			}
		}
	}
	if verdicts["valid"] < 30 || verdicts["invalid"] < 20 {
		t.Errorf("verdicts of %v vectors, want at least 30 valid and 20 invalid", verdicts)
	}
}
