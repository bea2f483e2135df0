// Package fields says what is wrong with an input field by field: huma finds it, and this package has the words.
//
// Normal use: once for the process, then for every body and everything that huma finds in it.
//
//	fields.Reword()
//	format := huma.Format{Marshal: strictjson.MarshalWrite, Unmarshal: fields.Decode}
//	problem := fields.Of(err)
//
// It refuses to show what the sender chose: values, which huma's messages quote, and names that are none of ours.
package fields

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/customerai/customerai/shared/errs"
	"github.com/customerai/customerai/shared/strictjson"
)

const (
	required = " is required"
	unknown  = "is not a known field"
)

// Reword replaces huma's messages that quote values or speak in another voice. They are the process's.
func Reword() {
	huma.ErrorFormatter = func(format string, a ...any) string { //nolint:reassign // made to be replaced
		if _, ok := a[len(a)-1].(error); ok { // the parser's error, which quotes its input
			return strings.TrimSuffix(format, ": %v")
		}
		return fmt.Sprintf(format, a...)
	}
	validation.MsgExpectedRequiredProperty = "%s" + required
	validation.MsgUnexpectedProperty = unknown
}

// Decode reads a body that strictjson has checked already. Huma asks twice: for an untyped value to validate, then
// for the typed one. Its validator finds its way back up by the last dot or bracket of the path, so that a name that holds
// one would shift the path of every problem after it: in the value that it validates those are spelt otherwise.
func Decode(data []byte, v any) error {
	if err := strictjson.Decode(data, v); err != nil {
		return err
	}
	if untyped, ok := v.(*any); ok {
		respell(*untyped)
	}
	return nil
}

// spelling keeps different names different, and makes them names that cleanPath hides.
var spelling = strings.NewReplacer(".", "\x1fd", "[", "\x1fb", "\x1f", "\x1fu")

// null stands for JSON's null, which huma passes over where a field is optional: it has none of the types that the document
// allows.
type null struct{}

func respell(v any) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			respell(element)
		}
	case map[string]any:
		odd := map[string]any{} // taken out before any goes in again, under a name that may have been another's
		for name, member := range v {
			if member == nil {
				v[name] = null{}
			}
			respell(member)
			if strings.ContainsAny(name, ".[\x1f") {
				odd[name] = v[name]
			}
		}
		for name := range odd {
			delete(v, name)
		}
		for name, member := range odd {
			v[spelling.Replace(name)] = member
		}
	}
}

// Of translates one of huma's problems: its location without the part of the request, its message without the value.
func Of(problem error) errs.Field {
	detailer, ok := problem.(huma.ErrorDetailer)
	if !ok {
		return errs.Field{Path: "body", Message: "is not valid"}
	}
	detail := detailer.ErrorDetail()
	part, path, _ := strings.Cut(detail.Location, ".")
	if path == "" && strings.HasPrefix(part, "body[") {
		path = strings.TrimPrefix(part, "body")
	}
	path = cleanPath(path)
	message := detail.Message
	if name, ok := strings.CutSuffix(message, required); ok {
		path, message = strings.TrimPrefix(path+"."+name, "."), strings.TrimSpace(required)
	}
	if strings.HasPrefix(message, "required ") && strings.HasSuffix(message, " parameter is missing") {
		message = strings.TrimSpace(required)
	}
	message, _, _ = strings.Cut(message, "invalid value: ") // what follows quotes the value
	if message == "" {
		message = "is not valid"
	}
	if path == "" {
		path = part
	}
	return errs.Field{Path: path, Message: message}
}

// cleanPath hides a name in a path that the sender chose and that does not look like ours, and what follows it: the name
// may have held dots.
func cleanPath(path string) string {
	segments := strings.Split(path, ".")
	for i, segment := range segments {
		name, indexes := segment, ""
		if at := strings.IndexByte(segment, '['); at >= 0 {
			name, indexes = segment[:at], segment[at:]
		}
		if name != "" {
			name = strictjson.Name(name)
		}
		if indexes != "" && !areIndexes(indexes) {
			indexes = ""
		}
		segments[i] = name + indexes
		if name == "?" {
			return strings.Join(segments[:i+1], ".")
		}
	}
	return strings.Join(segments, ".")
}

func areIndexes(text string) bool {
	for _, part := range strings.Split(strings.TrimSuffix(text[1:], "]"), "][") {
		if n, err := strconv.Atoi(part); err != nil || n < 0 {
			return false
		}
	}
	return true
}
