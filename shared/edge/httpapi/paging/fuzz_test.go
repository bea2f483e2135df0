package paging

import "testing"

// FuzzNextToken: a token that is accepted is, to the byte, one that was made for the list.
func FuzzNextToken(f *testing.F) {
	f.Add("list", Token("list", "cursor"))
	f.Add("list", "")
	f.Add("list", Token("other", "cursor"))
	f.Add("", "AAAAAAAAAAAAAA")
	f.Add("list", Token("list", "cursor")+"\n")
	f.Fuzz(func(t *testing.T, list, token string) {
		cursor, ok := decode(list, token)
		if ok && Token(list, cursor) != token {
			t.Errorf("%q is accepted for %q, and %q is what was made", token, list, Token(list, cursor))
		}
	})
}
