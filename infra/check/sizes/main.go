// Sizes prints what has outgrown the size budgets. Nothing fails: a large file is a place to look for the idea hiding in it.
//
//	go run ./infra/check/sizes
package main

import (
	"fmt"
	"os"

	"github.com/customerai/customerai/infra/check/budget"
)

func main() {
	findings, err := budget.Measure(os.DirFS("."))
	if err != nil {
		fmt.Fprintln(os.Stderr, "sizes:", err)
		os.Exit(1)
	}
	for _, f := range findings {
		fmt.Println(f)
	}
}
