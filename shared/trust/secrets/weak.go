package secrets

// weak reports whether a key of at least 32 bytes was typed, counted or repeated rather than drawn. The chance that a
// drawn 32-byte key is refused is about 2^-44: it would have to be all printable (2^-44.3), have at most 16 different
// bytes (2^-48.7), or take one and the same step from a byte to the next at least 12 times in 31 (2^-60.9).
func weak(key []byte) bool {
	printable := true
	var seen [256]bool
	var steps [256]int
	different, commonest, previous := 0, 0, byte(0)
	for i, b := range key {
		printable = printable && (b >= ' ' && b <= '~' || b == '\n' || b == '\r' || b == '\t')
		if !seen[b] {
			seen[b] = true
			different++
		}
		if i > 0 {
			step := b - previous
			steps[step]++
			commonest = max(commonest, steps[step])
		}
		previous = b
	}
	return printable || different <= 16 || commonest >= 3*len(key)/8
}
