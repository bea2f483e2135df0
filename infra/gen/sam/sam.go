// Package sam translates the manifest into an AWS SAM template, its configuration, and what SAM needs to run a function on a laptop.
//
// Normal use:
//
//	template, err := sam.Template(manifest.Functions)
//
// The template is readable YAML in template.yaml.tmpl; this package fills it. What the manifest says decides what a
// function may do: a grant becomes the few actions that the storage ports need, on that one resource.
//
// It refuses settings, resources and kinds of access that it has no translation for: a new one in the manifest is an
// error here, not a function without rights.
package sam

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/customerai/customerai/shared/manifest"
)

//go:embed template.yaml.tmpl
var source string

// Config is samconfig.toml: what `sam build` and its fellows need to be told once.
//
//go:embed samconfig.toml
var Config []byte

// Local returns samlocal.json: what `sam local invoke` gives a function in the place of names of the stack's parts, nothing, so that
// development's stand-ins count.
func Local() ([]byte, error) {
	empty := map[string]string{}
	for name := range names {
		empty[name] = ""
	}
	text, err := json.MarshalIndent(map[string]map[string]string{"Parameters": empty}, "", "  ")
	return append(text, '\n'), err
}

// Template returns template.yaml for the functions.
func Template(functions []manifest.Function) ([]byte, error) {
	parsed, err := template.New("template.yaml").Option("missingkey=error").Funcs(vocabulary(functions)).Parse(source)
	if err != nil {
		return nil, fmt.Errorf("parse the template: %w", err)
	}
	var text bytes.Buffer
	if err := parsed.Execute(&text, nil); err != nil {
		return nil, fmt.Errorf("fill the template: %w", err)
	}
	return text.Bytes(), nil
}

// vocabulary is what the template may say.
func vocabulary(functions []manifest.Function) template.FuncMap {
	return template.FuncMap{
		"functions":  func() []manifest.Function { return functions },
		"authorizer": func() (manifest.Function, error) { return authorizer(functions) },
		"routes":     func() []manifest.Route { return routes(functions) },
		"paths":      paths,
		"buckets":    func() []bucket { return buckets(functions) },
		"statements": statements,
		"setting":    setting,

		"gatewayResponses": gatewayResponses,

		"logical": logical,
		"title":   func(s string) string { return strings.ToUpper(s[:1]) + s[1:] },
		"lower":   strings.ToLower,
		"join":    strings.Join,
		"quote":   quote,

		"seconds":    func(d time.Duration) int { return int(d / time.Second) },
		"visibility": func(d time.Duration) int { return int(6 * d / time.Second) },
	}
}

// logical turns split-batch into SplitBatch: CloudFormation's names have letters and digits only.
func logical(name string) string {
	var id strings.Builder
	for word := range strings.SplitSeq(name, "-") {
		id.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return id.String()
}

// quote writes a YAML string. JSON's strings are YAML's.
func quote(s string) (string, error) {
	text, err := json.Marshal(s)
	return string(text), err
}

func authorizer(functions []manifest.Function) (manifest.Function, error) {
	at := slices.IndexFunc(functions, func(f manifest.Function) bool { return f.Authorizer })
	if at < 0 {
		return manifest.Function{}, errors.New("the manifest has no authorizer")
	}
	return functions[at], nil
}

func routes(functions []manifest.Function) (all []manifest.Route) {
	for _, f := range functions {
		all = append(all, f.Routes...)
	}
	return all
}

// paths lists each path once. A preflight asks about a path, and the function answers it, as it does on a laptop.
func paths(routes []manifest.Route) (list []string) {
	for _, r := range routes {
		if !slices.Contains(list, r.Path) {
			list = append(list, r.Path)
		}
	}
	return list
}

// bucket is a bucket. Queue is the logical name of the queue that carries the news of its objects, if any.
type bucket struct {
	Logical, Queue string
	Locked         bool // what is written stays
}

func buckets(functions []manifest.Function) []bucket {
	list := []bucket{{Logical: logical(string(manifest.Uploads))}, {Logical: logical(string(manifest.Results))}, {Logical: logical(string(manifest.Checkpoints)), Locked: true}}
	for _, f := range functions {
		if f.Queue != nil && f.Queue.Uploads {
			list[0].Queue = logical(f.Queue.Name)
		}
	}
	return list
}
