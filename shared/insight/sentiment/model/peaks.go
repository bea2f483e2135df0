package model

import (
	"math/bits"

	"github.com/customerai/customerai/shared/insight/sentiment/evidence"
)

// Peaks are the strongest windows, one for each filter.
type Peaks struct {
	value Window // zero where no window is above it
	at    Window // the first window of that value, or farthest when it stands beyond
}

// farthest is the last place that fits below the highest bit of a lane.
const farthest = 1<<15 - 1

// Reset makes p the peaks of no windows.
func (p *Peaks) Reset() {
	*p = Peaks{}
	for j := range p.value {
		p.value[j] = zero * lanes
	}
}

// Strongest makes p the peaks of windows, the first of which is window number begin of the message.
func (p *Peaks) Strongest(windows []Window, begin int) {
	counted := windows[:min(len(windows), max(farthest-begin, 0))]
	for j := 0; j < len(p.value); j += 2 { // two at a time, so that one need not wait for the other
		j := j & (len(p.value) - 2)
		even, evenAt, odd, oddAt, here := uint64(zero*lanes), uint64(0), uint64(zero*lanes), uint64(0), uint64(begin)*lanes
		for i := range counted {
			even, evenAt = higher(even, evenAt, counted[i][j], here)
			odd, oddAt = higher(odd, oddAt, counted[i][j+1], here)
			here += lanes
		}
		for i := len(counted); i < len(windows); i++ {
			even, evenAt = higher(even, evenAt, windows[i][j], farthest*lanes)
			odd, oddAt = higher(odd, oddAt, windows[i][j+1], farthest*lanes)
		}
		p.value[j], p.at[j], p.value[j+1], p.at[j+1] = even, evenAt, odd, oddAt
	}
}

// Raise makes p the peaks of its windows and those of others, which stand behind them.
func (p *Peaks) Raise(others *Peaks) {
	for j, value := range others.value {
		p.value[j], p.at[j] = higher(p.value[j], p.at[j], value, others.at[j])
	}
}

// higher returns the lanes of w and here where w is above value, else those of value and at.
func higher(value, at, w, here uint64) (uint64, uint64) {
	over := value | top - w // its highest bits are the lanes where w is no higher
	keep := over & top
	keep -= keep >> 15 // all bits but the highest
	return w + over&keep, here ^ (at^here)&keep
}

// halves parts the weights of a filter: what it says for positive in the low half, for negative in the high half, each less what it
// says for neutral. Products with them add up without meeting, as Encode sees to, so that it parts their sums too.
func halves(sum int64) (positive, negative int64) {
	positive = int64(int32(sum))
	return positive, (sum - positive) >> 32
}

// Weigh returns the calibrated decision values for positive and negative that evidence and peaks make together, each less that for
// neutral: the softmax of the three is as often right as it says.
func (m Model) Weigh(total *evidence.Total, peaks *Peaks) (positive, negative float64) {
	sum := int64(0)
	outs := m.bytes[outFrom:][:8*Filters]
	for j, v := range peaks.value {
		v -= zero * lanes
		out := outs[8*4*j:][:8*4]
		sum += int64(v&0xFFFF)*int64(eight(out, 0)) + int64(v>>16&0xFFFF)*int64(eight(out, 8)) +
			int64(v>>32&0xFFFF)*int64(eight(out, 16)) + int64(v>>48)*int64(eight(out, 24))
	}
	p, n := halves(sum)
	unit := float64(m.float(unitFrom))
	positive, negative = unit*float64(p), unit*float64(n)
	for present := total.Present; present != 0; present &= present - 1 {
		c := evidence.Channel(bits.TrailingZeros32(present))
		value := float64(total.Values[c])
		forPositive, forNegative, forNeutral := m.Channel(c)
		positive += value * (forPositive - forNeutral)
		negative += value * (forNegative - forNeutral)
	}
	scale := 1 / m.Temperature()
	return scale * positive, scale * negative
}

// Share hands the decision value that the peaks make, positive less negative, back to the words of their windows: to those
// that speak for the window, in proportion. It adds to shares, one for each of the words that Convolve got, and returns what
// is nobody's, where the bias alone speaks.
func (m Model) Share(words []Word, windows []Window, peaks *Peaks, shares []float64) (rest float64) {
	unit, rows, negated := float64(m.float(unitFrom))/m.Temperature(), m.rows(), m.bytes[negatedFrom:][:rowBytes]
	outs := m.bytes[outFrom:][:8*Filters]
	for f := range Filters {
		j, shift := laneOf(f)
		value, at := int(peaks.value[j]>>shift&0xFFFF), int(peaks.at[j]>>shift&0xFFFF)
		if value == zero {
			continue
		}
		if at == farthest {
			for windows[at].lane(f) != value {
				at++
			}
		}
		around, to := words[at:at+Width], shares[at:at+Width]
		before, here, after := around[0].part(rows, negated, f), around[1].part(rows, negated, Filters+f), around[2].part(rows, negated, 2*Filters+f)
		positive, negative := halves(int64(eight(outs, 8*(4*j+shift/16))))
		share := unit * float64(int64(value-zero)*(positive-negative))
		sum := before + here + after
		if sum == 0 {
			rest += share
			continue
		}
		share /= float64(sum)
		to[0] += share * float64(before)
		to[1] += share * float64(here)
		to[2] += share * float64(after)
	}
	return rest
}

// part returns what byte b of the row of w adds to a window, where below zero is zero.
func (w Word) part(rows, negated string, b int) int {
	part := int(rows[int(w.Row)*rowBytes+b]) - byteOff
	if w.Negated {
		part += int(negated[b]) - byteOff
	}
	return max(part, 0)
}
