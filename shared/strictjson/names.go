package strictjson

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// nameStack holds, for every open object, the names seen so far with their case folded. Its buffers are reused between
// objects of the same depth.
type nameStack []map[string]struct{}

// open starts an empty object (or array, which adds no names) at depth, counted from 1.
func (s *nameStack) open(depth int) {
	for len(*s) < depth {
		*s = append(*s, nil)
	}
	clear((*s)[depth-1])
}

// add reports whether the name is the first of its fold in the object at depth.
func (s *nameStack) add(depth int, name string) bool {
	names := &(*s)[depth-1]
	if *names == nil {
		*names = make(map[string]struct{})
	}
	folded := fold(name)
	if _, seen := (*names)[folded]; seen {
		return false
	}
	(*names)[folded] = struct{}{}
	return true
}

// fold maps names that strings.EqualFold calls equal to one string. Of each orbit of simple folding it takes the smallest
// rune, lower-cased if that is an ASCII letter, so that most names stay as they are and cost nothing.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (r < 'A' || r > 'Z') {
			return r
		}
		smallest := r
		for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
			smallest = min(smallest, next)
		}
		if 'A' <= smallest && smallest <= 'Z' {
			smallest += 'a' - 'A'
		}
		return smallest
	}, name)
}

// maxName bounds what a path shows of a name that the sender chose.
const maxName = 64

// Path writes a JSON pointer the way problems name a field: documents[3].text. A name that does not look like one of ours
// is the sender's data and shows as "?".
func Path(pointer jsontext.Pointer) string {
	var path strings.Builder
	for token := range pointer.Tokens() {
		switch {
		case isIndex(token):
			path.WriteString("[" + token + "]")
		default:
			if path.Len() > 0 {
				path.WriteByte('.')
			}
			path.WriteString(Name(token))
		}
	}
	return path.String()
}

// Name returns name if it looks like one of our field names (a letter or underscore, then letters, digits, underscores or
// hyphens; fewer than five digits in all), and "?" otherwise.
func Name(name string) string {
	digits := 0
	for i, r := range name {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		digit := '0' <= r && r <= '9'
		if digit {
			digits++
		}
		if !letter && (i == 0 || !digit && r != '-') || i >= maxName || digits >= 5 {
			return "?"
		}
	}
	if name == "" {
		return "?"
	}
	return name
}

func isIndex(token string) bool {
	for _, r := range token {
		if r < '0' || r > '9' {
			return false
		}
	}
	return token != "" && len(token) < 8
}
