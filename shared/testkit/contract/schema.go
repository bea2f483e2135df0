package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// schema is the part of JSON Schema that is known here.
type schema struct {
	Ref                  string             `json:"$ref"`
	Type                 string             `json:"type"`
	Format               string             `json:"format"`
	Properties           map[string]*schema `json:"properties"`
	Required             []string           `json:"required"`
	AdditionalProperties *additional        `json:"additionalProperties"`
	Items                *schema            `json:"items"`
	Enum                 []any              `json:"enum"`
	Pattern              string             `json:"pattern"`
	Minimum              *float64           `json:"minimum"`
	Maximum              *float64           `json:"maximum"`
	ExclusiveMinimum     *float64           `json:"exclusiveMinimum"`
	ExclusiveMaximum     *float64           `json:"exclusiveMaximum"`
	MinLength            int                `json:"minLength"`
	MaxLength            *int               `json:"maxLength"`
	MinItems             int                `json:"minItems"`
	MaxItems             *int               `json:"maxItems"`
	UniqueItems          bool               `json:"uniqueItems"`
	ContentEncoding      string             `json:"contentEncoding"`

	// These say nothing that could be broken.
	Description string `json:"description"`
	Default     any    `json:"default"`
	Examples    any    `json:"examples"`
	ReadOnly    bool   `json:"readOnly"`
}

// UnmarshalJSON refuses what is not known: a rule that is passed over is a rule that nobody checks.
func (s *schema) UnmarshalJSON(data []byte) error {
	type plain schema
	decoder := json.NewDecoder(strings.NewReader(string(data)))
	decoder.DisallowUnknownFields()
	return decoder.Decode((*plain)(s))
}

// additional is what additionalProperties says: nothing else, or anything of a form.
type additional struct {
	forbidden bool
	form      *schema
}

// UnmarshalJSON reads both forms.
func (a *additional) UnmarshalJSON(data []byte) error {
	var allowed bool
	if err := json.Unmarshal(data, &allowed); err == nil {
		a.forbidden = !allowed
		return nil
	}
	return json.Unmarshal(data, &a.form)
}

func (s *schema) closed() bool {
	return s.AdditionalProperties != nil && s.AdditionalProperties.forbidden
}

// resolve follows a reference.
func (d *Document) resolve(s *schema) *schema {
	for s != nil && s.Ref != "" {
		s = d.schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	if s == nil {
		return &schema{}
	}
	return s
}

// problems returns where a value has another form than the schema says.
func (d *Document) problems(s *schema, value any, path string) []string {
	s = d.resolve(s)
	wrong := func(format string, args ...any) []string { return []string{path + " " + fmt.Sprintf(format, args...)} }
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, value) {
		return wrong("is none of %v", s.Enum)
	}
	switch value := value.(type) {
	case map[string]any:
		if s.Type != "" && s.Type != "object" {
			return wrong("is an object, want %s", s.Type)
		}
		return d.objectProblems(s, value, path)
	case []any:
		if s.Type != "array" {
			return wrong("is an array, want %s", s.Type)
		}
		if len(value) < s.MinItems || s.MaxItems != nil && len(value) > *s.MaxItems {
			return wrong("has %d items", len(value))
		}
		var found []string
		for i, item := range value {
			found = append(found, d.problems(s.Items, item, fmt.Sprintf("%s[%d]", path, i))...)
		}
		return found
	case string:
		if s.Type != "string" {
			return wrong("is a string, want %s", s.Type)
		}
		return stringProblems(s, value, wrong)
	case float64:
		if s.Type != "number" && (s.Type != "integer" || value != float64(int64(value))) {
			return wrong("is the number %v, want %s", value, s.Type)
		}
		if s.Minimum != nil && value < *s.Minimum || s.Maximum != nil && value > *s.Maximum ||
			s.ExclusiveMinimum != nil && value <= *s.ExclusiveMinimum || s.ExclusiveMaximum != nil && value >= *s.ExclusiveMaximum {
			return wrong("is %v, which is out of range", value)
		}
	case bool:
		if s.Type != "boolean" {
			return wrong("is a boolean, want %s", s.Type)
		}
	default:
		return wrong("is null")
	}
	return nil
}

func (d *Document) objectProblems(s *schema, value map[string]any, path string) (found []string) {
	for _, name := range s.Required {
		if _, ok := value[name]; !ok {
			found = append(found, path+"."+name+" is missing")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(value)) {
		switch property := s.Properties[name]; {
		case property != nil:
			found = append(found, d.problems(property, value[name], path+"."+name)...)
		case s.closed():
			found = append(found, path+"."+name+" is not documented")
		case s.AdditionalProperties != nil && s.AdditionalProperties.form != nil:
			found = append(found, d.problems(s.AdditionalProperties.form, value[name], path+"."+name)...)
		}
	}
	return found
}

func stringProblems(s *schema, value string, wrong func(string, ...any) []string) []string {
	length := utf8.RuneCountInString(value)
	switch {
	case length < s.MinLength || s.MaxLength != nil && length > *s.MaxLength:
		return wrong("has %d characters", length)
	case s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(value):
		return wrong("does not match %s", s.Pattern)
	case s.Format == "date-time":
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return wrong("is not a time of RFC 3339")
		}
	}
	return nil
}
