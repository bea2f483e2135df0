// Package documents makes every file that is generated from the manifest and the handlers' types.
//
// Normal use: `make generate` writes them, `make check-generate` and a test compare them.
//
//	documents, err := documents.All()
//	err = documents.Write(root)
//	stale, err := documents.Stale(root)
//
// The functions are built without adapters: a document needs their types and never calls them. It refuses to build half:
// one document that cannot be made, and none is written.
package documents

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/danielgtaylor/huma/v2"

	audit "github.com/customerai/customerai/functions/audit/handler"
	batches "github.com/customerai/customerai/functions/batches/handler"
	categories "github.com/customerai/customerai/functions/categories/handler"
	health "github.com/customerai/customerai/functions/health/handler"
	principals "github.com/customerai/customerai/functions/principals/handler"
	privacy "github.com/customerai/customerai/functions/privacy/handler"
	sentiment "github.com/customerai/customerai/functions/sentiment/handler"
	settings "github.com/customerai/customerai/functions/settings/handler"
	token "github.com/customerai/customerai/functions/token/handler"
	"github.com/customerai/customerai/infra/gen/openapi"
	"github.com/customerai/customerai/infra/gen/sam"
	"github.com/customerai/customerai/shared/edge/httpapi"
	"github.com/customerai/customerai/shared/manifest"
)

// Document is one generated file.
type Document struct {
	Name    string // relative to the root
	Content []byte
}

// Set is all of them.
type Set []Document

// All makes every document.
func All() (Set, error) {
	template, err := sam.Template(manifest.Functions)
	if err != nil {
		return nil, fmt.Errorf("make template.yaml: %w", err)
	}
	local, err := sam.Local()
	if err != nil {
		return nil, fmt.Errorf("make samlocal.json: %w", err)
	}
	parts, err := descriptions()
	if err != nil {
		return nil, fmt.Errorf("make openapi.json: %w", err)
	}
	api, err := openapi.Merge(manifest.Routes(), parts)
	if err != nil {
		return nil, fmt.Errorf("make openapi.json: %w", err)
	}
	return Set{{"openapi.json", api}, {"samconfig.toml", sam.Config}, {"samlocal.json", local}, {"template.yaml", template}}, nil
}

// descriptions asks every HTTP function for its part of the API. One that is forgotten here is missed by openapi.Merge.
func descriptions() ([]*huma.OpenAPI, error) {
	var parts []*huma.OpenAPI
	for _, build := range []func() (*httpapi.API, error){
		func() (*httpapi.API, error) { return token.New(token.Deps{}, httpapi.Config{}) },
		func() (*httpapi.API, error) { return principals.New(principals.Deps{}, httpapi.Config{}) },
		func() (*httpapi.API, error) { return sentiment.New(sentiment.Deps{}, httpapi.Config{}) },
		func() (*httpapi.API, error) { return privacy.New(privacy.Deps{}, httpapi.Config{}) },
		func() (*httpapi.API, error) { return batches.New(batches.Deps{}, httpapi.Config{}) },
		func() (*httpapi.API, error) { return audit.New(audit.Deps{}, httpapi.Config{}) },
		func() (*httpapi.API, error) { return categories.New(categories.Deps{}, httpapi.Config{}) },
		func() (*httpapi.API, error) { return settings.New(settings.Deps{}, httpapi.Config{}) },
		func() (*httpapi.API, error) { return health.New(health.Deps{}, httpapi.Config{}) },
	} {
		api, err := build()
		if err != nil {
			return nil, err
		}
		parts = append(parts, api.OpenAPI())
	}
	return parts, nil
}

// Write writes the documents below root. A document that is right already is left alone, modification time included.
func (s Set) Write(root string) error {
	stale, err := s.Stale(root)
	if err != nil {
		return err
	}
	for _, d := range stale {
		if err := os.WriteFile(filepath.Join(root, d.Name), d.Content, 0o644); err != nil { //nolint:gosec // committed, and for everyone to read
			return fmt.Errorf("write %s: %w", d.Name, err)
		}
	}
	return nil
}

// Stale returns the documents that differ from what lies below root, or are not there.
func (s Set) Stale(root string) (Set, error) {
	var stale Set
	for _, d := range s {
		content, err := os.ReadFile(filepath.Join(root, d.Name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read %s: %w", d.Name, err)
		}
		if err != nil || !bytes.Equal(content, d.Content) {
			stale = append(stale, d)
		}
	}
	return stale, nil
}
