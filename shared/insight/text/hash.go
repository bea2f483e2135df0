package text

// Hash returns the hash of a normal form, by which tables know words: its FNV, finished so that all bits depend on all bytes.
func Hash[T string | []byte](norm T) uint64 { return finishHash(FNV(norm)) }

// FNV returns the FNV-1a hash of a normal form, which goes on byte by byte, so that it is that of a longer text's beginning.
func FNV[T string | []byte](norm T) uint64 {
	h := uint64(hashOfNothing)
	for i := range len(norm) {
		h = hashByte(h, norm[i])
	}
	return h
}

const hashOfNothing = 14695981039346656037

func hashByte(h uint64, c byte) uint64 { return (h ^ uint64(c)) * 1099511628211 }

func finishHash(h uint64) uint64 {
	h ^= h >> 32
	h *= 0x9E3779B97F4A7C15
	return h ^ h>>29
}
