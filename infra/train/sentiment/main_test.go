package sentiment

import (
	"os"
	"testing"
)

// TestMain trains less long than for the real model: made-up rows are few and plain.
func TestMain(m *testing.M) {
	chosen.epochs, joinedTo = 3, 50
	os.Exit(m.Run())
}
