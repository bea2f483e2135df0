package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"time"
)

// epoch is the oldest time that a zip can hold; any fixed time would do.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// archive returns a zip with one executable, bootstrap, which is what the runtime provided.al2023 starts.
func archive(program []byte) ([]byte, error) {
	var packed bytes.Buffer
	writer := zip.NewWriter(&packed)
	writer.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: epoch}
	header.SetMode(0o755)
	entry, err := writer.CreateHeader(header)
	if err != nil {
		return nil, fmt.Errorf("zip: %w", err)
	}
	if _, err := entry.Write(program); err != nil {
		return nil, fmt.Errorf("zip: %w", err)
	}
	if err := writer.Close(); err != nil {
		return nil, fmt.Errorf("zip: %w", err)
	}
	return packed.Bytes(), nil
}

// Budgets of a zip in bytes: each megabyte costs about a millisecond of a cold start. The engines bring their models along.
const (
	usualBudget   = 6_500_000
	enginesBudget = 10_000_000
)

func budgetOf(function string) int {
	switch function {
	case "sentiment", "analyze-chunk":
		return enginesBudget
	}
	return usualBudget
}

func megabytes(n int) float64 { return float64(n) / 1e6 }
