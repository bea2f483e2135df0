package imports_test

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/customerai/customerai/infra/check/imports"
)

const inventory = "../../../docs/cryptography.md"

var (
	// cryptographic is every package that computes with keys and digests, beside those that make randomness and compare.
	cryptographic = regexp.MustCompile(`^(crypto/|golang\.org/x/crypto/|github\.com/tink-crypto/tink-go/v2/|hash/)`)
	plumbing      = regexp.MustCompile(`^(crypto/(rand|subtle|tls|x509)|hash/fnv|github\.com/tink-crypto/tink-go/v2/(insecurecleartextkeyset|insecuresecretdataaccess|key|keyset|proto/tink_go_proto|secretdata|tink))$`)
	product       = regexp.MustCompile(`^(shared|functions|infra/(local|evidence))/`)
	tests         = regexp.MustCompile(`^shared/(testkit/|.*test$|storage/(faults|mutant))`)
	quoted        = regexp.MustCompile("`([^`]+)`")
)

// Every primitive that the product uses, and by whom, is in the inventory; and nothing is there that is not used.
func TestTheInventoryOfCryptographyIsWhole(t *testing.T) {
	packages, err := imports.Load(t.Context(), "../../..")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, p := range packages {
		for _, imported := range p.Imports {
			if product.MatchString(p.Path+"/") && !tests.MatchString(p.Path) && cryptographic.MatchString(imported) && !plumbing.MatchString(imported) {
				used[p.Path+" uses "+imported] = true
			}
		}
	}
	text, err := os.ReadFile(inventory)
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	_, table, _ := strings.Cut(string(text), "## Primitives")
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 {
			continue
		}
		for _, primitive := range quoted.FindAllStringSubmatch(cells[1], -1) {
			for _, by := range quoted.FindAllStringSubmatch(cells[2], -1) {
				listed[by[1]+" uses "+strings.Replace(primitive[1], "...", "github.com/tink-crypto/tink-go/v2", 1)] = true
			}
		}
	}
	for _, edge := range slices.Sorted(maps.Keys(used)) {
		if !listed[edge] {
			t.Errorf("%s, which docs/cryptography.md does not say", edge)
		}
	}
	packagesOf := func(edges map[string]bool) map[string]bool {
		all := map[string]bool{}
		for edge := range edges {
			by, primitive, _ := strings.Cut(edge, " uses ")
			all["by "+by], all["primitive "+primitive] = true, true
		}
		return all
	}
	for part := range packagesOf(listed) {
		if !packagesOf(used)[part] {
			t.Errorf("docs/cryptography.md has the %s, which is not used", part)
		}
	}
}
