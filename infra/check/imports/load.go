package imports

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// listed is the part of `go list -json` that is read.
type listed struct {
	Dir, ImportPath, Name, Doc                  string
	GoFiles, Imports, TestImports, XTestImports []string
	Module                                      *struct {
		Path string
		Main bool
	}
}

// Load asks the go command for every package of the main module in the folder, and reads their sources for calls.
func Load(ctx context.Context, folder string) ([]Package, error) {
	// -e: a package that does not compile is the compiler's to report, and does not hide the others.
	command := exec.CommandContext(ctx, "go", "list", "-e", "-deps", "-json=Dir,ImportPath,Name,Doc,GoFiles,Imports,TestImports,XTestImports,Module", "./...")
	command.Dir = folder
	var stderr bytes.Buffer
	command.Stderr = &stderr
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	packages, err := read(bytes.NewReader(output))
	if err == nil && len(packages) == 0 {
		return nil, fmt.Errorf("go list found no package of a main module in %s", folder) // -e makes this a success
	}
	return packages, err
}

func read(r io.Reader) ([]Package, error) {
	var packages []Package
	for decoder := json.NewDecoder(r); ; {
		var l listed
		if err := decoder.Decode(&l); errors.Is(err, io.EOF) {
			slices.SortFunc(packages, func(a, b Package) int { return strings.Compare(a.Path, b.Path) })
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("read the list of packages: %w", err)
		}
		if l.Module == nil || !l.Module.Main || len(l.GoFiles) == 0 {
			continue
		}
		p := Package{
			Path: relative(l.Module.Path, l.ImportPath), Name: l.Name, Comment: l.Doc,
			Imports: relatives(l.Module.Path, l.Imports),
			Tests:   relatives(l.Module.Path, slices.Concat(l.TestImports, l.XTestImports)),
		}
		for _, file := range l.GoFiles {
			calls, err := callsIn(filepath.Join(l.Dir, file), p.Path+"/"+file)
			if err != nil {
				return nil, err
			}
			p.Calls = append(p.Calls, calls...)
		}
		packages = append(packages, p)
	}
}

func relatives(module string, paths []string) (all []string) {
	for _, p := range paths {
		all = append(all, relative(module, p))
	}
	return all
}

func relative(module, p string) string {
	if p == module {
		return "."
	}
	return strings.TrimPrefix(p, module+"/")
}

// callsIn returns the uses of functions of imported packages in a file, by import path, whatever the local name is.
func callsIn(file, shown string) ([]Call, error) {
	files := token.NewFileSet()
	syntax, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", shown, err)
	}
	imported := map[string]string{} // by local name
	for _, spec := range syntax.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, fmt.Errorf("parse %s: import: %w", shown, err)
		}
		name := p[strings.LastIndexByte(p, '/')+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imported[name] = p
	}
	var calls []Call
	ast.Inspect(syntax, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if name, ok := selector.X.(*ast.Ident); ok && imported[name.Name] != "" {
				position := fmt.Sprintf("%s:%d", shown, files.Position(selector.Pos()).Line)
				calls = append(calls, Call{Function: imported[name.Name] + "." + selector.Sel.Name, Position: position})
			}
		}
		return true
	})
	return calls, nil
}
