package model

import (
	"cmp"
	"encoding/binary"
	"errors"
	"maps"
	"math"
	"math/bits"
	"slices"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
)

// Parameters are a model before it is encoded. Rows are indexed by the values of Words; the first two are Unknown and Who.
type Parameters struct {
	Temperature  float64
	Satisfaction [Knots]float64
	Minds        Minds // weights
	Channels     [evidence.Channels][Classes]float32
	Out          [Filters][Classes]float32
	Bias         [Filters]float32
	Negated      [Width][Filters]float32
	Rows         [][Width][Filters]float32
	Words        map[uint64]int32 // by hash
}

// Encode returns the bytes of p, rows rounded to integers of one unit a filter: the 99.99 % quantile of magnitudes
// is 127.
func (p *Parameters) Encode() ([]byte, error) {
	if len(p.Rows) < ownRows || len(p.Rows) > math.MaxUint16 {
		return nil, errors.New("encode model: the rows do not fit")
	}
	var unit [Filters]float64
	for f := range unit {
		unit[f] = p.unit(f)
	}
	b := appendFloat(nil, p.Temperature)
	for _, v := range p.Satisfaction {
		b = appendFloat(b, v)
	}
	for _, w := range p.Minds {
		b = appendFloat(b, w)
	}
	for _, channel := range p.Channels {
		for _, w := range channel {
			b = appendFloat(b, float64(w))
		}
	}
	b, err := p.appendOut(b, &unit)
	if err != nil {
		return nil, err
	}
	for j := range Filters / 4 {
		for lane := range 4 {
			f := filterOf(j, lane)
			b = binary.LittleEndian.AppendUint16(b, uint16(zero-Width*byteOff+int(p.bias(f, unit[f]))))
		}
	}
	row := func(r *[Width][Filters]float32) {
		for place := range r {
			for f, v := range r[place] {
				b = append(b, byte(byteOff+int(math.Round(min(max(float64(v)/unit[f], -127), 127)))))
			}
		}
	}
	row(&p.Negated)
	index, err := p.index()
	if err != nil {
		return nil, err
	}
	b = append(b, make([]byte, indexFrom-4-len(b))...)
	b = binary.LittleEndian.AppendUint32(b, uint32(bits.Len(uint(len(index)/slotBytes))-1))
	b = append(b, index...)
	for i := range p.Rows {
		row(&p.Rows[i])
	}
	row(new([Width][Filters]float32)) // Outside
	return b, nil
}

// appendOut appends the weights of the filters for positive and negative, less those for neutral, and before them what one integer of
// them stands for.
func (p *Parameters) appendOut(b []byte, unit *[Filters]float64) ([]byte, error) {
	top := 0.0
	for f, out := range p.Out {
		for _, w := range out {
			top = max(top, math.Abs(float64(w)*unit[f]))
		}
	}
	outUnit := max(top, 1e-9) / math.MaxInt16
	b = appendFloat(b, outUnit)
	var most [2]int64 // that the filters can say for positive and negative
	for j := range Filters / 4 {
		for lane := range 4 {
			f := filterOf(j, lane)
			weight := func(k int) int64 { return int64(math.Round(float64(p.Out[f][k]) * unit[f] / outUnit)) }
			positive, negative := weight(Positive)-weight(Neutral), weight(Negative)-weight(Neutral)
			highest := 2*Width*127 + int64(max(p.bias(f, unit[f]), 0))
			most[0] += highest * max(positive, -positive)
			most[1] += highest * max(negative, -negative)
			b = binary.LittleEndian.AppendUint64(b, uint64(positive+negative<<32))
		}
	}
	if max(most[0], most[1]) > math.MaxInt32 {
		return nil, errors.New("encode model: the weights of the filters are too large together")
	}
	return b, nil
}

func appendFloat(b []byte, v float64) []byte {
	return binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
}

// bias returns the bias of filter f in units.
func (p *Parameters) bias(f int, unit float64) float64 {
	return math.Round(min(max(float64(p.Bias[f])/unit, -2048), 2047))
}

// filterOf returns the filter of a lane of number j of a window.
func filterOf(j, lane int) int { return j/2*8 + 2*lane + j%2 }

// unit returns what one integer of filter f stands for.
func (p *Parameters) unit(f int) float64 {
	var magnitudes []float64
	for i := range p.Rows {
		for place := range Width {
			magnitudes = append(magnitudes, math.Abs(float64(p.Rows[i][place][f])))
		}
	}
	slices.Sort(magnitudes)
	if top := magnitudes[len(magnitudes)-1-len(magnitudes)/10_000]; top > 0 {
		return top / 127
	}
	return 1
}

// index returns the hash table of the words, at most two thirds full. The first rows find their slots free.
func (p *Parameters) index() ([]byte, error) {
	slots := 1 << bits.Len(uint(len(p.Words)*3/2))
	index := make([]byte, slots*slotBytes)
	byRow := func(a, b uint64) int { return cmp.Or(cmp.Compare(p.Words[a], p.Words[b]), cmp.Compare(a, b)) }
	for _, hash := range slices.SortedFunc(maps.Keys(p.Words), byRow) {
		row := p.Words[hash]
		if row == Unknown || int(row) >= len(p.Rows) {
			return nil, errors.New("encode model: a word has no row of its own")
		}
		slot := slotOf(hash) & (slots - 1)
		for binary.LittleEndian.Uint16(index[slot*slotBytes+2:]) != Unknown {
			slot = (slot + 1) & (slots - 1)
		}
		binary.LittleEndian.PutUint16(index[slot*slotBytes:], checkOf(hash))
		binary.LittleEndian.PutUint16(index[slot*slotBytes+2:], uint16(row))
	}
	return index, nil
}
