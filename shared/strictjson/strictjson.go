// Package strictjson reads JSON that has one meaning only, and writes it.
//
// Normal use: Unmarshal for a request body or a line of JSON Lines, Marshal for an answer, Check where the text is decoded
// by something else.
//
//	if err := strictjson.Unmarshal(line, &row); err != nil {
//		problem, _ := errors.AsType[*strictjson.Error](err) // problem.Path, problem.Message
//	}
//
// It refuses whatever two parsers could read differently: a name twice in an object, names that differ in case only,
// unknown names, data after the value, nesting over MaxDepth, invalid UTF-8, half a surrogate pair, a byte order mark,
// numbers out of the target's range. Its errors name the place and never quote the text.
package strictjson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is how many arrays and objects may be open at once.
const MaxDepth = 32

// Error says where a text is not acceptable and why. Neither part holds any of the text's values.
type Error struct {
	Path    string // dotted, with indexes: documents[3].text; "" for the whole text
	Message string // what is wrong there
}

// Error joins the two parts.
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}

// Unmarshal checks data and decodes it into v. Struct fields match by their exact name.
func Unmarshal(data []byte, v any) error {
	if err := Check(data); err != nil {
		return err
	}
	return Decode(data, v)
}

// Decode decodes data that has passed Check into v.
func Decode(data []byte, v any) error {
	err := json.Unmarshal(data, v, json.RejectUnknownMembers(true))
	if err == nil {
		return nil
	}
	semantic, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return syntax(err)
	}
	problem := &Error{Path: Path(semantic.JSONPointer), Message: expected(semantic.GoType)}
	switch {
	case errors.Is(err, json.ErrUnknownName):
		problem.Message = "is not a known field"
	case semantic.JSONKind == '0' && isNumber(semantic.GoType):
		problem.Message = "is out of range, or not a whole number where one is expected"
	}
	return problem
}

// Marshal encodes v in one line: map keys in order, nil slices as [], no HTML escapes.
func Marshal(v any) ([]byte, error) { return json.Marshal(v, json.Deterministic(true)) }

// MarshalWrite is Marshal to a writer.
func MarshalWrite(w io.Writer, v any) error { return json.MarshalWrite(w, v, json.Deterministic(true)) }

// Check accepts exactly one JSON value that has one meaning only.
func Check(data []byte) error {
	if !utf8.Valid(data) {
		return &Error{Message: "is not valid UTF-8"}
	}
	decoder := jsontext.NewDecoder(bytes.NewBuffer(data))
	var names nameStack
	for started := false; !started || decoder.StackDepth() > 0; started = true {
		token, err := decoder.ReadToken()
		if err != nil {
			return syntax(err)
		}
		depth := decoder.StackDepth()
		if kind := token.Kind(); kind == '{' || kind == '[' {
			if depth > MaxDepth {
				return &Error{Message: fmt.Sprintf("is nested deeper than %d levels", MaxDepth)}
			}
			names.open(depth)
			continue
		}
		// Inside an object the count of names and values is odd right after a name.
		if kind, count := decoder.StackIndex(depth); kind == '{' && count%2 == 1 && !names.add(depth, token.String()) {
			return &Error{Path: Path(decoder.StackPointer()), Message: "is there twice, in another case"}
		}
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return &Error{Message: fmt.Sprintf("has more data after the value, at byte %d", decoder.InputOffset())}
	}
	return nil
}

// syntax turns the tokenizer's error, which quotes the text, into one that does not.
func syntax(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Message: "is empty or ends too early"}
	}
	syntactic, ok := errors.AsType[*jsontext.SyntacticError](err)
	switch {
	case !ok:
		return &Error{Message: "is not valid JSON"}
	case errors.Is(err, jsontext.ErrDuplicateName):
		return &Error{Path: Path(syntactic.JSONPointer), Message: "is there twice"}
	}
	return &Error{Message: fmt.Sprintf("is not valid JSON at byte %d", syntactic.ByteOffset)}
}

// expected names what a Go type takes, in JSON's words.
func expected(t reflect.Type) string {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == nil:
		return "is not acceptable"
	case isNumber(t):
		return "must be a number"
	case t.Kind() == reflect.String:
		return "must be a string"
	case t.Kind() == reflect.Bool:
		return "must be true or false"
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		return "must be an array"
	case t.Kind() == reflect.Map || t.Kind() == reflect.Struct:
		return "must be an object in the documented form"
	}
	return "is not acceptable"
}

func isNumber(t reflect.Type) bool {
	return t != nil && t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64 && t.Kind() != reflect.Uintptr
}
