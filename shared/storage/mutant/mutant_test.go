package mutant_test

import (
	"testing"

	"github.com/customerai/customerai/shared/storage/mutant"
)

func TestASuiteThatFailsIsWhatIsWanted(t *testing.T) {
	mutant.Catch(t, map[string]func(*testing.T){
		"fails":             func(t *testing.T) { t.Error("as it should") },
		"fails in one case": func(t *testing.T) { t.Run("case", func(t *testing.T) { t.Fatal("as it should") }) },
	})
}
