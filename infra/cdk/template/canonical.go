// Package template reads a CloudFormation template into a form that is easy to compare, and compares it both ways.
//
// Normal use:
//
//	parsed, err := template.Parse(text)
//	c := template.Compare(parsed)
//	c.Exactly("AWS::SQS::Queue", template.ByName, map[string]template.Shape{"Chunks": {"KmsMasterKeyId": "${DataKey.Arn}"}})
//	c.Unexpected()
//	for _, sentence := range c.Broken() { … }
//
// What is missing, what is different and what nobody has asked about are all reported, each with its resource and property. It refuses
// nothing about names, descriptions and other words that protect nobody: see descriptive. It knows CloudFormation, and nothing of what
// is built with it.
package template

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Shape is what Canonical makes of a resource's properties.
type Shape = map[string]any

// List is what it makes of a list.
type List = []any

// Parse reads a template.
func Parse(text []byte) (map[string]any, error) {
	var template map[string]any
	if err := json.Unmarshal(text, &template); err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	return template, nil
}

// Resource is one resource of the template, in a form that is easy to compare.
type Resource struct {
	Name                  string // its logical id without the hash that the CDK adds
	Kind                  string
	Properties            Shape
	Deletion, Replacement string // what becomes of it
	after                 []string
}

// nameOf takes off what the CDK adds to a construct's path: a hash of eight characters, and to a deployment one of
// thirty-two more, in lower case.
func nameOf(id string) string {
	const path, content = 8, 32
	for _, length := range []int{path, path + content} {
		at := len(id) - length
		if at > 0 && strings.Trim(id[at:at+path], "0123456789ABCDEF") == "" && strings.Trim(id[at+path:], "0123456789abcdef") == "" {
			return id[:at]
		}
	}
	return id
}

func resources(template map[string]any) map[string]Resource {
	all, _ := template["Resources"].(map[string]any)
	named := make(map[string]Resource, len(all))
	for id, value := range all {
		raw, _ := value.(map[string]any)
		properties, _ := Canonical(raw["Properties"]).(Shape)
		name := nameOf(id)
		if _, taken := named[name]; taken {
			name = id
		}
		named[name] = Resource{
			Name: name, Kind: Text(raw["Type"]), Properties: properties,
			Deletion: Text(raw["DeletionPolicy"]), Replacement: Text(raw["UpdateReplacePolicy"]), after: names(raw["DependsOn"]),
		}
	}
	return named
}

func names(value any) (found []string) {
	for _, id := range asList(value) {
		found = append(found, nameOf(Text(id)))
	}
	return found
}

// Canonical turns CloudFormation's functions into text: a reference to Table becomes ${Table}, its attribute
// ${Table.Arn}, and a join the text that it joins. Actions and resources of statements become lists.
func Canonical(value any) any {
	switch v := value.(type) {
	case map[string]any:
		if s, ok := function(v); ok {
			return s
		}
		result := make(Shape, len(v))
		for key, member := range v {
			result[key] = Canonical(member)
		}
		if _, statement := v["Effect"]; statement {
			result["Action"], result["Resource"] = asList(result["Action"]), asList(result["Resource"])
		}
		return result
	case []any:
		result := make(List, len(v))
		for i, member := range v {
			result[i] = Canonical(member)
		}
		return result
	}
	return value
}

func function(v map[string]any) (string, bool) {
	if len(v) != 1 {
		return "", false
	}
	for name, argument := range v {
		arguments := asList(argument)
		switch {
		case name == "Ref":
			return "${" + nameOf(Text(argument)) + "}", true
		case name == "Fn::GetAtt" && len(arguments) == 2:
			return "${" + nameOf(Text(arguments[0])) + "." + Text(arguments[1]) + "}", true
		case name == "Fn::Join" && len(arguments) == 2:
			var joined []string
			for _, part := range asList(arguments[1]) {
				joined = append(joined, fmt.Sprint(Canonical(part)))
			}
			return strings.Join(joined, Text(arguments[0])), true
		case name == "Fn::Select" && len(arguments) == 2:
			return fmt.Sprintf("%v[%v]", Canonical(arguments[1]), arguments[0]), true
		case name == "Fn::Split" && len(arguments) == 2:
			return fmt.Sprintf("%v.split(%v)", Canonical(arguments[1]), arguments[0]), true
		}
	}
	return "", false
}

func asList(value any) List {
	if l, ok := value.(List); ok {
		return l
	}
	if value == nil {
		return nil
	}
	return List{value}
}

// Text is a value that is text, else "".
func Text(v any) string {
	s, _ := v.(string)
	return s
}
