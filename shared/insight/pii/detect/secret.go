package detect

import (
	"strings"

	"github.com/customerai/customerai/shared/insight/pii"
	"github.com/customerai/customerai/shared/insight/pii/evidence"
	"github.com/customerai/customerai/shared/insight/pii/gazetteer"
	"github.com/customerai/customerai/shared/insight/text"
)

// credential finds the password or the user name that the word at token i announces: "my password is hunter2",
// "username: jdoe". What follows "is" must look like a secret, because "my password is wrong" is the commoner message.
func credential(s *evidence.Sheet, i int, kind pii.Type) {
	tokens := s.Doc.Tokens
	j, linked, assigned := i+1, false, false
	for ; j < len(tokens) && j < i+4; j++ {
		colon := s.WordIs(j, ":", "=")
		if !colon && !s.WordIs(j, "is", "was", "are") {
			break
		}
		linked, assigned = true, assigned || colon
	}
	if !linked || j >= len(tokens) {
		return
	}
	begin := int(tokens[j].Begin)
	end := begin
	for end < len(s.Text) && end < begin+65 && s.Text[end] > ' ' {
		end++
	}
	for begin < end && strings.IndexByte("\"'`<", s.Text[begin]) >= 0 {
		begin++
	}
	for end > begin && strings.IndexByte(".,;!?\"'`>)", s.Text[end-1]) >= 0 {
		end--
	}
	value := s.Text[begin:end]
	if len(value) < 3 || len(value) > 64 || value[0] == '[' || !utf8Whole(s.Text, end) {
		return
	}
	plain := gazetteer.Lookup(value).Any(gazetteer.Ordinary)
	if !plain && (assigned || looksSecret(value)) {
		s.Add("secret/assignment", kind, begin, end, evidence.Alone(0.8))
	}
}

// utf8Whole reports whether offset i does not cut a character.
func utf8Whole(s string, i int) bool { return i >= len(s) || s[i]&0xC0 != 0x80 }

// looksSecret reports whether no word of a language looks like that: a digit, a mark inside, a capital inside.
func looksSecret(value string) bool {
	for i := range len(value) {
		c := value[i]
		if evidence.IsDigit(c) || i > 0 && evidence.IsUpper(c) && !evidence.IsUpper(value[i-1]) || strings.IndexByte("!@#$%^&*_+=~", c) >= 0 {
			return true
		}
	}
	return false
}

// secretKey finds the AWS secret key that the word at token i announces: forty characters of base64.
func secretKey(s *evidence.Sheet, i int) {
	const size = 40
	tokens := s.Doc.Tokens
	for j := i + 1; j < len(tokens) && j < i+7; j++ {
		if tokens[j].Kind == text.Punct {
			continue
		}
		begin := int(tokens[j].Begin)
		end := begin
		for end < len(s.Text) && end <= begin+size && (evidence.IsAlnum(s.Text[end]) || s.Text[end] == '/' || s.Text[end] == '+' || s.Text[end] == '=') {
			end++
		}
		if value := s.Text[begin:end]; len(value) == size && strings.ContainsAny(value, "0123456789") && strings.ToUpper(value) != value {
			s.Add("secret/aws", pii.AWSSecretKey, begin, end, evidence.Alone(0.9))
			return
		}
	}
}
