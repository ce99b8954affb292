package authority

import (
	"context"
	"slices"
	"strings"

	"xinfangd/gateway/command"
	"xinfangd/gateway/letter"
)

// fromText is where a code in the text was found; the other places are the
// names of header fields.
const fromText = "text"

// maxLookups bounds how many codes and Message-IDs of one letter are looked up.
const maxLookups = 20

// shown is a code that the letter shows, and where.
type shown struct{ code, where string }

// shownCodes lists the codes of a letter by place, in the order of spec mail
// section 2: plus-tag, Message-ID, what was typed, what was quoted.
func shownCodes(l letter.Letter, p Policy) [][]shown {
	places := [][]shown{plusTags(l, p), answered(l, p), nil, nil}
	for _, code := range command.Codes(l.New) {
		places[2] = append(places[2], shown{code, fromText})
	}
	for _, code := range command.Codes(l.Quoted) {
		places[3] = append(places[3], shown{code, fromText})
	}
	return places
}

// plusTags finds codes in recipients such as desk+7q4km2xd9p@jxw.example.
func plusTags(l letter.Letter, p Policy) []shown {
	var found []shown
	look := func(address, where string) {
		at := strings.LastIndexByte(address, '@')
		plus := strings.IndexByte(address, '+')
		if plus < 0 || plus > at {
			return
		}
		base := address[:plus] + address[at:]
		if !slices.ContainsFunc(p.PlusAddresses, func(a string) bool { return sameASCII(a, base) }) {
			return
		}
		if code, ok := command.CanonicalCode(address[plus+1 : at]); ok {
			found = append(found, shown{code, where})
		}
	}
	for _, a := range l.To {
		look(a.Address, "To")
	}
	for _, a := range l.Cc {
		look(a.Address, "Cc")
	}
	for _, name := range []string{"Delivered-To", "X-Original-To"} {
		for _, v := range l.HeaderAll(name) {
			look(strings.Trim(strings.TrimSpace(v), "<>"), name)
		}
	}
	return found
}

// answered finds codes in the Message-IDs that the letter answers: the mail
// replied to first, then the thread from its end.
func answered(l letter.Letter, p Policy) []shown {
	var found []shown
	for _, id := range l.InReplyTo {
		if code, ok := CodeFromMessageID(id, p.MessageIDDomain); ok {
			found = append(found, shown{code, "In-Reply-To"})
		}
	}
	for _, id := range slices.Backward(l.References) {
		if code, ok := CodeFromMessageID(id, p.MessageIDDomain); ok {
			found = append(found, shown{code, "References"})
		}
	}
	return found
}

// resolveCode finds the code that ties the letter to its matter. The first
// place that shows any code decides. Within a place the sender's own code goes
// before others: a quoted thread may show a colleague's below. One exception: a
// live code that the sender typed goes before a dead one that the thread shows.
func (j *judge) resolveCode(ctx context.Context) error {
	places := shownCodes(j.l, j.p)
	for i, place := range places {
		info, from, err := j.lookUp(ctx, place)
		if err != nil {
			return err
		}
		if info == nil {
			continue
		}
		if j.theirs(info) && info.State != CodeLive && i < 2 {
			typed, typedFrom, err := j.lookUp(ctx, places[2])
			if err != nil {
				return err
			}
			if typed != nil && j.theirs(typed) && typed.State == CodeLive {
				info, from = typed, typedFrom
			}
		}
		j.settle(info, from)
		return nil
	}
	return nil
}

// lookUp finds the code of one place that decides: the sender's own, else one
// issued to somebody else, else one never issued; nil when the place shows none.
func (j *judge) lookUp(ctx context.Context, place []shown) (*CodeInfo, shown, error) {
	var best *CodeInfo
	var from shown
	for i, s := range place {
		if i == maxLookups {
			break
		}
		info, err := j.ev.LookupCode(ctx, s.code)
		if err != nil {
			return nil, shown{}, err
		}
		j.liveShown = j.liveShown || info.Found && info.State == CodeLive
		switch {
		case info.Found && j.theirs(&info):
			return &info, s, nil
		case best == nil, info.Found && !best.Found:
			best, from = &info, s
		}
	}
	return best, from, nil
}

// theirs says whether a code was issued to the sender.
func (j *judge) theirs(info *CodeInfo) bool {
	return info.Found && sameASCII(strings.TrimSpace(info.Address), j.s.Address)
}

// settle notes the deciding code in the standing.
func (j *judge) settle(info *CodeInfo, from shown) {
	j.code, j.s.CodeFrom = from.code, from.where
	switch {
	case !info.Found:
		j.s.WrongCode = true
	case !j.theirs(info):
		j.s.ForeignCode = info
	case info.State == CodeLive:
		j.s.Code = info
	default:
		j.s.StaleCode = info
	}
}
