package topics

import (
	_ "embed"
	"math/rand/v2"
	"strings"
)

// alterer writes a text again the way hurried people type: lower-case, without apostrophes and full stops, with other words
// for the same thing, shortened words, slips of the finger and words left out, with a greeting or a long-winded beginning
// before and a plea behind. Its random numbers decide all.
type alterer struct {
	random   *rand.Rand
	synonyms map[string][]string
}

// synonymsFile holds groups of words that may stand for each other. People who mean the same thing choose other words than we
// did: this is what carries most from our phrases to theirs.
//
//go:embed synonyms.txt
var synonymsFile string

// readSynonyms returns for each word the other words of its groups.
func readSynonyms() map[string][]string {
	synonyms := map[string][]string{}
	for line := range strings.Lines(synonymsFile) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		group := strings.Split(strings.TrimSpace(line), ", ")
		for i, word := range group {
			synonyms[word] = append(append(synonyms[word], group[:i]...), group[i+1:]...)
		}
	}
	return synonyms
}

var shortForms = map[string][]string{
	"you": {"u"}, "your": {"ur"}, "are": {"r"}, "please": {"pls", "plz"}, "to": {"2"}, "for": {"4"}, "thanks": {"thx"},
	"what": {"wat"}, "what's": {"whats", "wats"}, "why": {"y"}, "when": {"wen"}, "where": {"wher"}, "because": {"cuz"},
	"before": {"b4"}, "account": {"acc", "acct"}, "password": {"pw", "pass"}, "number": {"no", "num"}, "with": {"w"},
	"the": {"d", "da"}, "have": {"hv", "hav"}, "delivery": {"delivry"}, "message": {"msg"}, "months": {"mths"},
	"month": {"mth"}, "received": {"recvd", "recved"}, "available": {"avail", "avl"}, "how": {"hw"}, "is": {"iz"},
	"and": {"n", "&"}, "someone": {"sum1"}, "great": {"gr8"}, "want": {"wanna", "wnt"}, "order": {"ordr"}, "product": {"prod"},
	"don't": {"dont"}, "can't": {"cant"}, "not": {"nt"}, "i'm": {"im"}, "know": {"kno"}, "customer": {"cust"}, "would": {"wud"},
}

var openings = []string{
	"hi", "hello", "hey", "hi there", "good morning", "dear team", "hi team", "excuse me", "quick one:", "so", "ok so", "um", "guys", "sir",
	"please", "pls", "can you tell me", "i want to know", "just wondering", "just wanted to ask", "question:", "urgent!", "hi again", "dear sir or madam,",
}

// requests are the long ways in which people begin, right or wrong in grammar before what follows: only the words matter here.
var requests = []string{
	"can you help me", "could you help me with", "i need help", "i need help with", "i want help to", "help me", "help with", "i need assistance with",
	"i want assistance to", "i'd like to", "i would like to", "i want to", "i need to", "i have to", "i'm trying to", "i try to", "i am trying to",
	"i have a problem with", "i have an issue with", "there is a problem with", "i have a question about", "question about", "i have trouble with",
	"what do i have to do to", "what do i need to do to", "how can i", "how do i", "how to", "i don't know how to", "i do not know how", "is it possible to",
	"is there a way to", "can i", "could i", "may i", "can you tell me", "could you tell me about", "tell me about", "tell me more about", "i want to know",
	"i want to ask about", "i need information about", "where can i", "where do i", "could you check", "can you check", "please check", "i was wondering",
	"do you know", "i think", "why is it that", "it seems", "it looks like", "i noticed", "i have to report", "i want to report", "i'm calling about",
	"i am writing about", "regarding", "about", "re:", "need", "want", "my wife says", "as a customer", "since yesterday", "i just saw", "what should i do about",
	"what happens with", "what can i do about", "could someone explain", "please explain", "let me know about", "is there", "do you", "i'm not sure about",
}

var endings = []string{
	"please", "pls", "thanks", "thank you", "thx", "asap", "?", "??", "!", "!!", ".", "...", "help", "urgent", "right now", "today", "any idea?",
	"please advise", "let me know", "pls reply", "regards", "cheers", "mate", "ok?", "sir", "guys", "now",
}

// neighbours holds for each letter the letters beside it on a QWERTY keyboard.
var neighbours = map[byte]string{
	'a': "sq", 'b': "vn", 'c': "xv", 'd': "sf", 'e': "wr", 'f': "dg", 'g': "fh", 'h': "gj", 'i': "uo", 'j': "hk", 'k': "jl", 'l': "k",
	'm': "n", 'n': "bm", 'o': "ip", 'p': "o", 'q': "wa", 'r': "et", 's': "ad", 't': "ry", 'u': "yi", 'v': "cb", 'w': "qe", 'x': "zc", 'y': "tu", 'z': "x",
}

func (a alterer) chance(p float64) bool { return a.random.Float64() < p }

func (a alterer) pick(list []string) string { return list[a.random.IntN(len(list))] }

// alter returns a version of text that means the same.
func (a alterer) alter(text string) string {
	if a.chance(0.8) {
		text = strings.ToLower(text)
	} else if a.chance(0.1) {
		text = strings.ToUpper(text)
	}
	if a.chance(0.5) {
		text = strings.NewReplacer("'", "", "’", "").Replace(text)
	}
	if a.chance(0.6) {
		text = strings.TrimRight(text, "?.! ")
	}
	words := strings.Fields(text)
	texting, slips, drops := a.chance(0.3), 0.0, 0.0
	if a.chance(0.5) {
		slips = 0.12
	}
	if len(words) > 3 && a.chance(0.4) {
		drops = 0.1
	}
	kept := make([]string, 0, len(words)+2)
	switch {
	case a.chance(0.12):
		kept = append(kept, a.pick(openings))
	case a.chance(0.3):
		kept = append(kept, a.pick(requests))
	}
	for _, word := range words {
		if a.chance(drops) {
			continue
		}
		if others := a.synonyms[word]; len(others) > 0 && a.chance(0.25) {
			kept = append(kept, a.pick(others))
			continue
		}
		if short := shortForms[word]; texting && len(short) > 0 && a.chance(0.6) {
			word = a.pick(short)
		} else if len(word) >= 4 && a.chance(slips) {
			word = a.slip(word)
		}
		kept = append(kept, word)
	}
	if a.chance(0.15) {
		kept = append(kept, a.pick(endings))
	}
	return strings.Join(kept, " ")
}

// slip makes one slip of the finger in a word of four bytes or more. The first letter, which people get right, stays.
func (a alterer) slip(word string) string {
	i := 1 + a.random.IntN(len(word)-2)
	for _, c := range []byte{word[i], word[i+1]} {
		if c < 'a' || c > 'z' {
			return word
		}
	}
	switch a.random.IntN(4) {
	case 0:
		return word[:i] + word[i+1:]
	case 1:
		return word[:i] + word[i:i+1] + word[i:]
	case 2:
		return word[:i] + word[i+1:i+2] + word[i:i+1] + word[i+2:]
	default:
		beside := neighbours[word[i]]
		return word[:i] + string(beside[a.random.IntN(len(beside))]) + word[i+1:]
	}
}
