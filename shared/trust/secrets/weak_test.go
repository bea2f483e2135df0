package secrets

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"testing"
)

func TestWeakKeysAreRefused(t *testing.T) {
	weakKeys := map[string][]byte{}
	for b := range 256 {
		weakKeys[fmt.Sprintf("byte %d repeated", b)] = bytes.Repeat([]byte{byte(b)}, 32)
		counting := make([]byte, 32)
		for i := range counting {
			counting[i] = byte(b + i*(1+b%7))
		}
		weakKeys[fmt.Sprintf("counting from %d", b)] = counting
	}
	for period := 2; period <= 16; period++ {
		block := sha256.Sum256([]byte{byte(period)})
		weakKeys[fmt.Sprintf("a block of %d repeated", period)] = bytes.Repeat(block[:period], 32)[:32]
	}
	for _, text := range []string{
		"your-256-bit-secret-your-256-bit", "changemechangemechangemechangeme", "00112233445566778899aabbccddeeff",
		"AAAAC3NzaC1lZDI1NTE5AAAAIEdJb2Nj", "supersecretsupersecretsupersecre", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz",
	} {
		weakKeys[text] = []byte(text)
	}
	if len(weakKeys) < 500 {
		t.Fatalf("%d weak keys, want at least 500", len(weakKeys))
	}
	for name, key := range weakKeys {
		if !weak(key) {
			t.Errorf("weak(%s) = false, want true", name)
		}
	}
}

func TestDrawnKeysAreNotRefused(t *testing.T) {
	key := make([]byte, 32)
	for range 100_000 {
		if _, err := rand.Read(key); err != nil {
			t.Fatal(err)
		}
		if weak(key) {
			t.Fatalf("weak(%x) = true for a drawn key, want false", key)
		}
	}
}
