package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Bar is a progress bar on one line of a terminal. The zero Bar, without a W, draws nothing.
type Bar struct {
	W     io.Writer
	drawn string
}

const barWidth = 30

// Draw shows a share from 0 to 1 and a note behind it. A share below 0 is unknown and shows the note alone. What is
// already on the screen is not drawn again.
func (b *Bar) Draw(share float64, note string) {
	line := note
	if share >= 0 {
		full := int(min(share, 1) * barWidth)
		line = fmt.Sprintf("%s%s %3.0f %%  %s", strings.Repeat("█", full), strings.Repeat("░", barWidth-full), min(share, 1)*100, note)
	}
	if b.W == nil || line == b.drawn {
		return
	}
	b.drawn = line
	// A terminal that is gone must not end the work that the bar only shows.
	_, _ = fmt.Fprintf(b.W, "\r\x1b[K%s", line)
}

// Clear removes the bar, so that what follows begins on an empty line.
func (b *Bar) Clear() {
	if b.W == nil || b.drawn == "" {
		return
	}
	b.drawn = ""
	_, _ = io.WriteString(b.W, "\r\x1b[K")
}

// Count writes a whole number with thousands separated: 1,234,567.
func Count(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
