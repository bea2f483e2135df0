package auth_test

import (
	"encoding/base64"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/testkit/race"
	"github.com/customerai/customerai/shared/testkit/timing"
)

// A million take a minute: go test ./shared/trust/auth -run TellsHowMuch -verifications 1000000
var verifications = flag.Int("verifications", 20_000, "verifications that are timed")

// Whoever could measure how far a signature agrees with the right one could guess it byte by byte.
func TestNoTimeTellsHowMuchOfASignatureIsRight(t *testing.T) {
	race.Skip(t, "takes its own time")
	f := newForge(t)
	var wrong [64][2]string // without their first byte, and without their last
	for i := range wrong {
		token, err := f.tokens.Mint(alice, fmt.Sprintf("tok_%02d", i), now)
		if err != nil {
			t.Fatal(err)
		}
		body, signature := token[:strings.LastIndexByte(token, '.')+1], token[strings.LastIndexByte(token, '.')+1:]
		for class, at := range []int{0, 31} {
			tag, err := base64.RawURLEncoding.DecodeString(signature)
			if err != nil {
				t.Fatal(err)
			}
			tag[at] ^= 0x55
			wrong[i][class] = body + b64(tag)
		}
	}
	random := rand.New(rand.NewPCG(4, 5))
	leak := timing.Compare(*verifications, func(late bool) func() {
		class := 0
		if late {
			class = 1
		}
		token := strings.Clone(wrong[random.IntN(len(wrong))][class]) // so that neither kind lies in a better place
		return func() {
			if _, err := f.tokens.Verify(token, now); !errs.Is(err, errs.Unauthorized) {
				t.Errorf("Verify = %v, want a refusal", err)
			}
		}
	})
	t.Log(leak)
	if leak.Found() {
		t.Errorf("a wrong last byte takes another time than a wrong first one: %v", leak)
	}
}
