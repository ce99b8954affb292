package letter

import "strings"

// residenceCues are phrases behind which writers say where they live. A label
// counts only with a colon behind it.
var residenceCues = []struct {
	phrase string
	colon  bool
}{
	{"家庭住址", true}, {"居住地址", true}, {"联系地址", true}, {"通讯地址", true}, {"通信地址", true}, {"家庭地址", true}, {"住址", true}, {"地址", true},
	{"家住", false}, {"我住在", false}, {"本人住", false}, {"现住", false}, {"现居住", false}, {"居住在", false},
}

const (
	// residenceLimit is in characters: a longer one is a sentence.
	residenceLimit = 40
	// residencesLimit bounds the time; nobody lives in more places.
	residencesLimit = 16
)

// residences are the addresses that the writer gives as his own: from the cue
// to the last house, door or village that stands before the next mark.
func (m *masker) residences() (found []string) {
	for i := 0; i < len(m.cells) && len(found) < residencesLimit; i++ {
		for _, cue := range residenceCues {
			if !m.has(i, cue.phrase) {
				continue
			}
			at := i + len([]rune(cue.phrase))
			if cue.colon && m.at(at) != ':' && m.at(at+1) != ':' {
				break
			}
			for strings.ContainsRune(": 在于", m.at(at)) && at < len(m.cells) {
				at++
			}
			if place := m.place(at); place != "" {
				found = append(found, place)
			}
			break
		}
	}
	return found
}

// place is the address that begins at a cell, empty when nothing there names a
// house.
func (m *masker) place(at int) string {
	var place []rune
	whole := 0
	for j := at; j < len(m.cells) && j-at < residenceLimit; j++ {
		r := m.cells[j].r
		if !isHan(r) && !isDigit(r) && !isLatin(r) && !strings.ContainsRune("-# ", r) {
			break
		}
		place = append(place, r)
		if strings.ContainsRune("号室栋幢楼组村屯院户", r) || strings.HasSuffix(string(place), "单元") {
			whole = len(place)
		}
	}
	for whole > 0 && whole < len(place) && (isDigit(place[whole]) || place[whole] == '-') {
		whole++ // the door behind the house
	}
	return strings.TrimSpace(string(place[:whole]))
}
