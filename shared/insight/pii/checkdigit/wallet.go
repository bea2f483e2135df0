package checkdigit

import (
	"bytes"
	"crypto/sha256"
	"strings"
)

// Wallet judges an address that cryptocurrency is sent to: of Bitcoin by its checksum, of Ethereum by its shape.
func Wallet(s string) Verdict {
	switch {
	case len(s) == 42 && strings.HasPrefix(s, "0x"):
		return shaped(strings.Trim(s[2:], "0123456789abcdefABCDEF") == "")
	case len(s) >= 42 && len(s) <= 62 && strings.HasPrefix(s, "bc1"):
		return checked(bech32(s))
	case len(s) >= 26 && len(s) <= 35 && (s[0] == '1' || s[0] == '3'):
		return checked(base58Check(s))
	}
	return Wrong
}

// base58Check checks the four bytes at the end of an address: the beginning of the doubled SHA-256 of the rest.
func base58Check(s string) bool {
	const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
	var b [25]byte
	for i := range len(s) {
		carry := strings.IndexByte(alphabet, s[i])
		if carry < 0 {
			return false
		}
		for j := len(b) - 1; j >= 0; j-- {
			carry += 58 * int(b[j])
			b[j] = byte(carry & 0xFF)
			carry >>= 8
		}
		if carry > 0 {
			return false
		}
	}
	once := sha256.Sum256(b[:21])
	twice := sha256.Sum256(once[:])
	return (b[0] == 0 || b[0] == 5) && bytes.Equal(twice[:4], b[21:])
}

// bech32 checks the checksum of BIP 173 or BIP 350 of a lower-case address.
func bech32(s string) bool {
	const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	state := uint32(1)
	step := func(v uint32) {
		top := state >> 25
		state = state&0x1FFFFFF<<5 ^ v
		for i, generator := range [...]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 == 1 {
				state ^= generator
			}
		}
	}
	for _, v := range [...]uint32{'b' >> 5, 'c' >> 5, 0, 'b' & 31, 'c' & 31} {
		step(v)
	}
	for i := len("bc1"); i < len(s); i++ {
		v := strings.IndexByte(alphabet, s[i])
		if v < 0 {
			return false
		}
		step(uint32(v))
	}
	return state == 1 || state == 0x2bc830a3
}
