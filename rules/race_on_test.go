//go:build race

package rules

// raceDetector tells that everything is ten times slower.
const raceDetector = true
