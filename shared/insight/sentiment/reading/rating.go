package reading

import "github.com/customerai/customerai/shared/insight/text"

// rating reads "4 stars", "2/5" and "9 out of 10" at token i, a number, and returns their valence and how many tokens they have.
func rating(d *text.Document, i int) (valence float32, span int) {
	points, rest := leadingInt(d.Raw(i))
	if len(rest) > 1 && rest[0] == '/' {
		if scale, rest := leadingInt(rest[1:]); rest == "" {
			return ratingValence(points, scale), ratingSpan(points, scale, 1)
		}
		return 0, 0
	}
	if rest != "" {
		return 0, 0
	}
	switch {
	case isWord(d, i+1, "star") || isWord(d, i+1, "stars"):
		return ratingValence(points, 5), ratingSpan(points, 5, 2)
	case isWord(d, i+1, "out") && isWord(d, i+2, "of") && i+3 < len(d.Tokens):
		if scale, rest := leadingInt(d.Raw(i + 3)); rest == "" {
			return ratingValence(points, scale), ratingSpan(points, scale, 4)
		}
	}
	return 0, 0
}

// ratingSpan accepts the scales that people rate on.
func ratingSpan(points, scale, span int) int {
	if scale != 5 && scale != 10 || points > scale {
		return 0
	}
	return span
}

func ratingValence(points, scale int) float32 {
	if scale <= 0 {
		return 0
	}
	return 6*float32(points)/float32(scale) - 3.3
}

// leadingInt returns the number that s begins with, at most 999, and the rest of s.
func leadingInt(s string) (int, string) {
	n, i := 0, 0
	for i < len(s) && i < 3 && '0' <= s[i] && s[i] <= '9' {
		n = 10*n + int(s[i]-'0')
		i++
	}
	return n, s[i:]
}

// isWord reports whether token i is the word.
func isWord(d *text.Document, i int, word string) bool {
	return i < len(d.Tokens) && d.Tokens[i].Kind == text.Word && string(d.Norm(i)) == word
}
