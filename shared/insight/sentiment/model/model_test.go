package model_test

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/sentiment/features"
	"github.com/customerai/customerai/shared/insight/sentiment/lexicon"
	"github.com/customerai/customerai/shared/insight/sentiment/model"
)

func TestParseReadsWhatEncodeWrote(t *testing.T) {
	p := model.Parameters{Temperature: 1.5, Scale: 0.25, Slots: make([]model.Weights, 8)}
	for k := range p.Satisfaction {
		p.Satisfaction[k] = 1 + float64(k)*9/(model.Knots-1)
	}
	p.Channels[features.Negative] = [model.Classes]float32{-1, 2, 0.5}
	hash := lexicon.Hash("good")
	p.Slots[model.Slot(hash, 8)] = model.Weights{Check: model.Check(hash), Gram: [model.Classes]int8{127, -127, 3}}
	m := model.Parse(p.Encode())

	if m.Temperature() != 1.5 || m.Scale() != 0.25 {
		t.Errorf("got temperature %v, scale %v, want 1.5, 0.25", m.Temperature(), m.Scale())
	}
	if got, want := m.Channel(features.Negative), p.Channels[features.Negative]; got != want {
		t.Errorf("channel: got %v, want %v", got, want)
	}
	if got, ok := m.Gram(hash); !ok || got != [model.Classes]int8{127, -127, 3} {
		t.Errorf("gram: got %v, %v", got, ok)
	}
	if _, ok := m.Gram(hash ^ 0xFF<<56); ok {
		t.Error("a gram of the same slot was taken for the one that was seen")
	}
	for _, c := range []struct{ valence, want float64 }{{-2, 1}, {-1, 1}, {0, 5.5}, {0.5, 7.75}, {1, 10}, {3, 10}} {
		if got := m.Satisfaction(c.valence); got < c.want-1e-6 || got > c.want+1e-6 {
			t.Errorf("satisfaction of %v: got %v, want %v", c.valence, got, c.want)
		}
	}
}

func TestEmbeddedModelIsWhole(t *testing.T) {
	m := model.Embedded()
	if m.Temperature() <= 0 || m.Scale() <= 0 {
		t.Errorf("temperature %v, scale %v", m.Temperature(), m.Scale())
	}
	last := 1.0
	for v := -1.0; v <= 1; v += 0.01 {
		s := m.Satisfaction(v)
		if s < last || s > 10 {
			t.Fatalf("satisfaction of %v is %v after %v", v, s, last)
		}
		last = s
	}
	if w, ok := m.Gram(lexicon.Hash("thank")); !ok || w[model.Positive] <= w[model.Negative] {
		t.Errorf("thank: got %v, %v", w, ok)
	}
}
