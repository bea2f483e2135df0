// Package e2e brings the synthesised stack up on an emulator of AWS and proves that the bundle works there as it does on a
// laptop.
//
// Normal use: its tests, `make e2e`. They synthesise the stack (or take the folder that E2E_ASSEMBLY names), pack the real
// functions for this machine and drive them over HTTP, S3 and SQS, as clients and operators would.
//
//	assembly, err := e2e.Open(folder)         // what a synthesis wrote
//	err = assembly.Template.Prune(e2e.Prunes) // what the emulator cannot make, each with a reason
//	stack, err := e2e.Deploy(ctx, config, assembly)
//	address, err := stack.Address(*config.BaseEndpoint)
//
// It refuses to leave out of the template anything that is not on its list, and a list that has outlived its reasons.
package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Assembly is what a synthesis wrote into a folder: one stack's template and the files that it needs.
type Assembly struct {
	Stack    string // the stack's name, which is the template's
	Template Template
	Assets   []Asset
}

// Asset is a file that must lie in a bucket before the stack is made.
type Asset struct{ Path, Bucket, Key string }

// Account and Region are the emulator's.
const (
	Account = "000000000000"
	Region  = "us-east-1"
)

const templateSuffix = ".template.json"

// Open reads an assembly of one stack.
func Open(folder string) (*Assembly, error) {
	templates, err := filepath.Glob(filepath.Join(folder, "*"+templateSuffix))
	if err != nil || len(templates) != 1 {
		return nil, fmt.Errorf("%s holds %d templates, want one", folder, len(templates))
	}
	a := &Assembly{Stack: strings.TrimSuffix(filepath.Base(templates[0]), templateSuffix)}
	if err := readJSON(templates[0], &a.Template); err != nil {
		return nil, err
	}
	var listed struct {
		Files map[string]struct {
			Source       struct{ Path string }
			Destinations map[string]struct{ BucketName, ObjectKey string }
		}
	}
	if err := readJSON(filepath.Join(folder, a.Stack+".assets.json"), &listed); err != nil {
		return nil, err
	}
	here := strings.NewReplacer("${AWS::AccountId}", Account, "${AWS::Region}", Region)
	for _, file := range listed.Files {
		if strings.HasSuffix(file.Source.Path, templateSuffix) {
			continue // the template itself, which is changed before it is used
		}
		for _, to := range file.Destinations {
			a.Assets = append(a.Assets, Asset{filepath.Join(folder, file.Source.Path), here.Replace(to.BucketName), to.ObjectKey})
		}
	}
	return a, nil
}

func readJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read the assembly: %w", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("read %s: %w", filepath.Base(path), err)
	}
	return nil
}
