package letter

import "strings"

func (l *Letter) classify() { l.Kind = KindPerson }

type cutting struct{ own, signature, quoted string }

func cutQuotes(lines []textLine) cutting { return cutting{own: strings.TrimSpace(joinLines(lines))} }
