package text

import (
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// Undetermined is the language of a text that does not say.
const Undetermined = "und"

// languageWords is how many words are looked at: a language shows early.
const languageWords = 120

// One sure word counts a point's worth of 12; a word that two languages share counts 6 for each, and so on.
const sureWord = 12

var shares = [len(latinLanguages) + 1]int{0, sureWord, sureWord / 2, sureWord / 3, sureWord / 4, sureWord / 5, sureWord / 6, sureWord / 7}

// Language returns the ISO 639-1 code of the likeliest language of d: by script, and within the Latin script by function
// words and common service words of seven languages. It returns "und" when unsure: digits only, too few known words, or
// two languages nearly level.
func Language(d *Document) string {
	var scripts [len(scriptLanguages)]int
	var points [len(latinLanguages)]int
	words, foreign, unknown := 0, 0, 0
	for i := range d.Tokens {
		if d.Tokens[i].Kind != Word {
			continue
		}
		if words == languageWords {
			break
		}
		words++
		if !d.Tokens[i].Plain {
			if first, _ := utf8.DecodeRune(d.Norm(i)); first > unicode.MaxLatin1 && !unicode.Is(unicode.Latin, first) {
				foreign++
				countScript(&scripts, first)
				continue
			}
		}
		known := commonWords.Of(d.Hash(i))
		switch {
		case known != 0:
			share := shares[bits.OnesCount32(known)]
			for ; known != 0; known &= known - 1 {
				points[bits.TrailingZeros32(known)] += share
			}
		case hasEnglishEnding(d.Norm(i)):
			points[0] += sureWord / 3
		default:
			unknown++
		}
	}
	if 2*foreign > words {
		return languageOfScripts(&scripts)
	}
	return languageOfPoints(&points, unknown)
}

// latinLanguages are the languages whose words are told apart.
var latinLanguages = [...]string{"en", "es", "fr", "de", "it", "pt", "nl"}

// commonWords has those of latinLanguages, a bit for each in their order.
var commonWords = Vocabulary{Meanings: func() []Meaning {
	return []Meaning{
		{1 << 0, wordsEnglish},
		{1 << 1, wordsSpanish},
		{1 << 2, wordsFrench},
		{1 << 3, wordsGerman},
		{1 << 4, wordsItalian},
		{1 << 5, wordsPortuguese},
		{1 << 6, wordsDutch},
	}
}}

// scriptLanguages gives each script its most spoken language. Kana decide for Japanese before Han is asked.
var scriptLanguages = [...]struct {
	script   **unicode.RangeTable // where the table is: to copy it would be work at start-up
	language string
}{
	{&unicode.Hiragana, "ja"},
	{&unicode.Katakana, "ja"},
	{&unicode.Han, "zh"},
	{&unicode.Hangul, "ko"},
	{&unicode.Cyrillic, "ru"},
	{&unicode.Greek, "el"},
	{&unicode.Arabic, "ar"},
	{&unicode.Hebrew, "he"},
	{&unicode.Devanagari, "hi"},
	{&unicode.Bengali, "bn"},
	{&unicode.Tamil, "ta"},
	{&unicode.Telugu, "te"},
	{&unicode.Thai, "th"},
	{&unicode.Armenian, "hy"},
	{&unicode.Georgian, "ka"},
}

func countScript(scripts *[len(scriptLanguages)]int, r rune) {
	for s := range scriptLanguages {
		if unicode.Is(*scriptLanguages[s].script, r) {
			scripts[s]++
		}
	}
}

func languageOfScripts(scripts *[len(scriptLanguages)]int) string {
	best := 0
	for s, n := range scripts {
		if n > scripts[best] {
			best = s
		}
	}
	switch kana := scripts[0] + scripts[1]; {
	case scripts[best] == 0:
		return Undetermined
	case scriptLanguages[best].language == "zh" && 8*kana > scripts[best]:
		return "ja"
	}
	return scriptLanguages[best].language
}

func languageOfPoints(points *[len(latinLanguages)]int, unknown int) string {
	best := 0
	for l, n := range points {
		if n > points[best] {
			best = l
		}
	}
	second := 0
	for l, n := range points {
		if l != best {
			second = max(second, n)
		}
	}
	// One sure word carries three unknown ones, and the runner-up must be clearly behind.
	if points[best] < sureWord/2 || 4*points[best] < sureWord*unknown || 4*second > 3*points[best] {
		return Undetermined
	}
	return latinLanguages[best]
}

// hasEnglishEnding reports endings that are weak evidence for English on words that no list holds.
func hasEnglishEnding(word []byte) bool {
	switch word[len(word)-1] {
	case 'd':
		return ends(word, "ed")
	case 'e':
		return ends(word, "'ve") || ends(word, "'re")
	case 'g':
		return ends(word, "ing")
	case 'l':
		return ends(word, "'ll") || ends(word, "ful")
	case 's':
		return ends(word, "'s") || ends(word, "ness")
	case 't':
		return ends(word, "n't")
	case 'y':
		return ends(word, "ly")
	}
	return false
}

func ends(word []byte, ending string) bool {
	return len(word) >= len(ending)+3 && string(word[len(word)-len(ending):]) == ending
}
