package detect

import "github.com/customerai/customerai/shared/insight/text"

// intro is how the words before a name introduce it.
type intro uint8

const (
	noIntro    intro = iota
	titled           // Mr. …
	introduced       // my name is …
	presented        // this is …, I am …
	greeted          // Hi …
	signature        // Regards, …
	related          // my manager …
)

// introduction returns how the words before token i introduce a name.
func (s *scanner) introduction(i int) intro {
	p := i - 1
	if p < 0 {
		return noIntro
	}
	here := s.doc.Tokens[i]
	comma, line := false, here.Break
	if s.doc.Tokens[p].Kind == text.Punct {
		switch c := s.doc.Raw(p)[0]; {
		case c == '.' && p > 0 && isTitle(s.doc.Norm(p-1)) && !line:
			return titled
		case (c == ':' || c == '?') && p > 0 && s.cueAt(p-1) == cueName:
			return introduced
		case c == ',' || c == '!' || c == '-' || c == '.':
			comma = true
			p--
		default:
			return noIntro
		}
		if p < 0 || s.doc.Tokens[p].Kind != text.Word {
			return noIntro
		}
		line = line || s.doc.Tokens[p+1].Break
	}
	word := s.doc.Norm(p)
	if isClosing(word) && (comma || line) || s.wordIs(p, "you") && s.wordIs(p-1, "thank") && (comma || line) {
		return signature
	}
	if comma || line {
		return noIntro
	}
	switch string(word) {
	case "hi", "hello", "hey", "dear", "hiya", "morning", "afternoon", "evening", "thanks", "hallo", "bonjour", "hola", "cheers":
		return greeted
	case "you":
		if s.wordIs(p-1, "thank") {
			return greeted
		}
	case "is", "was":
		if s.nameWord(p - 1) {
			return introduced
		}
		if s.wordIs(p-1, "this", "here") {
			return presented
		}
	case "am":
		if s.wordIs(p-1, "i") {
			return presented
		}
	case "i'm", "im":
		return presented
	case "named", "called", "name's":
		return introduced
	}
	if isTitle(word) {
		return titled
	}
	for j := p; j >= max(0, i-3); j-- {
		if s.doc.Tokens[j].Kind != text.Word {
			break
		}
		if s.cueAt(j)&(cueRelation|cueName) != 0 {
			return related
		}
	}
	return noIntro
}

// nameWord reports whether token i is "name", and not the name of a product or a file.
func (s *scanner) nameWord(i int) bool {
	return s.wordIs(i, "name", "surname") && !s.wordIs(i-1, "product", "company", "user", "file", "brand", "business", "bank", "store", "domain", "app", "account")
}

func isTitle(word []byte) bool {
	switch string(word) {
	case "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "doctor", "sir", "lady", "lord", "herr", "frau", "monsieur", "madame", "señor", "señora",
		"signor", "signora", "rev":
		return true
	}
	return false
}

func isClosing(word []byte) bool {
	switch string(word) {
	case "regards", "sincerely", "thanks", "cheers", "best", "love", "truly", "wishes", "faithfully", "yours", "thx", "respectfully", "cordially":
		return true
	}
	return false
}
