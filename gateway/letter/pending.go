package letter

func (l *Letter) classify() { l.Kind = KindPerson }
