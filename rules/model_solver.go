package rules

import (
	"math"
	"math/rand/v2"
)

// Found by cross-validation on letters to a city's government.
const (
	solverCost   = 10   // what an error costs against the weights' size
	solverPasses = 15   // at most
	solverEnough = 0.02 // a pass that changes no dual variable by more is the last
	priorWeight  = 0.05 // of the plain frequencies beside the machine's weights
	priorMass    = 1000 // how slowly plain frequencies are believed
)

// linear is one linear function per label: weights[gram*labels+label] and a bias.
type linear struct {
	labels  int
	weights []float32
	bias    []float32
}

// solve learns to tell each label from all others: support vector machines with
// squared loss, by dual coordinate descent (Hsieh and others, 2008). All
// machines see a letter at the same time, so that each gram's weights are
// fetched once for all labels; the order of letters is shuffled from a fixed
// seed.
func solve(vectors []vector, label []int, letters []int, labels, grams int) linear {
	l := linear{labels: labels, weights: make([]float32, grams*labels), bias: make([]float32, labels)}
	alpha := make([]float32, len(letters)*labels)
	order := make([]int, len(letters))
	for i := range order {
		order[i] = i
	}
	random := rand.New(rand.NewPCG(1, 2))
	step := make([]float32, labels)
	scores := make([]float32, labels)
	for range solverPasses {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		var most float32
		for _, at := range order {
			i := letters[at]
			v := &vectors[i]
			if v.square == 0 {
				continue
			}
			l.score(v, scores)
			most = max(most, dualStep(alpha[at*labels:(at+1)*labels], scores, step, label[i]))
			l.add(v, step)
		}
		if most < solverEnough {
			break
		}
	}
	l.addFrequencies(vectors, label, letters)
	return l
}

// dualStep moves the dual variables of one letter to where they are best, all
// others being as they are, and returns the greatest move. step receives what
// the machines' weights gain along the letter.
func dualStep(alpha, scores, step []float32, label int) (most float32) {
	const diagonal = 0.5 / solverCost
	// The letter's length is 1, and so is the constant that carries the bias.
	const curvature = 1 + 1 + diagonal
	for k, a := range alpha {
		sign := float32(-1)
		if k == label {
			sign = 1
		}
		gradient := sign*scores[k] - 1 + diagonal*a
		next := max(a-gradient/curvature, 0)
		alpha[k] = next
		step[k] = sign * (next - a)
		most = max(most, next-a, a-next)
	}
	return most
}

// score sets scores to those of a letter.
func (l *linear) score(v *vector, scores []float32) {
	copy(scores, l.bias)
	k := l.labels
	for j, g := range v.grams {
		x := v.values[j]
		for i, w := range l.weights[int(g)*k : int(g)*k+k] {
			scores[i] += x * w
		}
	}
}

// add moves the weights along a letter.
func (l *linear) add(v *vector, step []float32) {
	moved := false
	for i, s := range step {
		l.bias[i] += s
		moved = moved || s != 0
	}
	if !moved {
		return
	}
	k := l.labels
	for j, g := range v.grams {
		x := v.values[j]
		row := l.weights[int(g)*k : int(g)*k+k]
		for i := range row {
			row[i] += x * step[i]
		}
	}
}

// addFrequencies adds, with little weight, how much more frequent each gram is
// with a label than without it. The machines look at the letters near their
// borders only; the plain frequencies keep them sensible everywhere else.
func (l *linear) addFrequencies(vectors []vector, label []int, letters []int) {
	k := l.labels
	with := make([]float64, len(l.weights))
	mass := make([]float64, k)
	all := make([]float64, len(l.weights)/k)
	total := 0.0
	for _, i := range letters {
		for j, g := range vectors[i].grams {
			x := float64(vectors[i].values[j])
			with[int(g)*k+label[i]] += x
			mass[label[i]] += x
			all[g] += x
			total += x
		}
	}
	if total == 0 {
		return
	}
	for g, sum := range all {
		prior := priorMass * sum / total
		for i := range k {
			p := (with[g*k+i] + prior) / (mass[i] + priorMass)
			q := (sum - with[g*k+i] + prior) / (total - mass[i] + priorMass)
			if p > 0 && q > 0 {
				l.weights[g*k+i] += float32(priorWeight * math.Log(p/q))
			}
		}
	}
}
