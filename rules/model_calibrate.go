package rules

import (
	"cmp"
	"math"
	"slices"
)

// trial is a letter as a model saw it that had not learned from it.
type trial struct {
	label, guess int
	gap          float64 // between the best score and the next
}

// sigmoid makes a gap a probability (Platt, 1999).
type sigmoid struct{ slope, offset float64 }

func (s sigmoid) at(gap float64) float64 { return 1 / (1 + math.Exp(-s.slope*gap-s.offset)) }

// calibrate finds the sigmoid under which the trials' outcomes are likeliest, by
// Newton's method.
func calibrate(trials []trial) sigmoid {
	var right, wrong float64
	for _, t := range trials {
		if t.guess == t.label {
			right++
		} else {
			wrong++
		}
	}
	// Targets a little short of 0 and 1, so that a faultless trial does not end
	// in certainty (Platt, section 2.2).
	high, low := (right+1)/(right+2), 1/(wrong+2)
	s := sigmoid{slope: 1, offset: math.Log((right + 1) / (wrong + 1))}
	for range 50 {
		// Gradient and Hessian of the log-likelihood; the ridge keeps the matrix sound.
		const ridge = 1e-9
		var ga, gb float64
		haa, hab, hbb := ridge, 0.0, ridge
		for _, t := range trials {
			target := low
			if t.guess == t.label {
				target = high
			}
			p := s.at(t.gap)
			ga += (p - target) * t.gap
			gb += p - target
			w := p * (1 - p)
			haa += w * t.gap * t.gap
			hab += w * t.gap
			hbb += w
		}
		det := haa*hbb - hab*hab
		if det <= 0 {
			break
		}
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		// A bounded step, since a first one may leap far.
		scale := 1 / max(1, math.Abs(da)/4, math.Abs(db)/4)
		s.slope, s.offset = s.slope-scale*da, s.offset-scale*db
		if math.Abs(da)+math.Abs(db) < 1e-9 {
			break
		}
	}
	if !(s.slope >= minSlope) || math.IsNaN(s.offset) {
		// The scores say nothing: every letter is as likely to be right as any.
		return sigmoid{slope: minSlope, offset: math.Log((right + 1) / (wrong + 1))}
	}
	return sigmoid{slope: min(s.slope, maxSlope), offset: max(-maxSlope, min(s.offset, maxSlope))}
}

const (
	minSlope = 1e-3
	maxSlope = 1e3
)

// point says that of the letters with at least this confidence, so many were right.
type point struct{ confidence, precision, coverage float64 }

const maxPoints = 1000

// promises returns, from the greatest coverage to the least, the points at which
// precision grows. What is promised of n letters is one error worse than what
// was seen, so that a few lucky ones promise nothing.
func promises(trials []trial, s sigmoid) []point {
	sorted := slices.Clone(trials)
	slices.SortStableFunc(sorted, func(a, b trial) int { return cmp.Compare(b.gap, a.gap) })
	var all []point
	right := 0
	for i, t := range sorted {
		if t.guess == t.label {
			right++
		}
		if i+1 < len(sorted) && sorted[i+1].gap == t.gap {
			continue
		}
		all = append(all, point{
			confidence: s.at(t.gap),
			precision:  float64(right) / float64(i+2),
			coverage:   float64(i+1) / float64(len(sorted)),
		})
	}
	var out []point
	best := 0.0
	for _, p := range slices.Backward(all) {
		if p.precision > best {
			best = p.precision
			out = append(out, p)
		}
	}
	return out[:min(len(out), maxPoints)]
}

// promise returns the point of the greatest coverage with the precision.
func promise(curve []point, precision float64) (point, bool) {
	for _, p := range curve {
		if p.precision >= precision {
			return p, true
		}
	}
	return point{}, false
}
