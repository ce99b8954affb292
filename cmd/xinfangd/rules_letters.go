package main

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"

	"xinfangd/configs"
	"xinfangd/gateway"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// mostTried is how many past letters lint tries the rules on, the newest ones.
const mostTried = 5_000

// noRegister tells that a register was never made; asking must not make one.
func noRegister(c configs.Config) bool {
	if c.Store.Driver != "sqlite" {
		return false
	}
	path, _, _ := strings.Cut(strings.TrimPrefix(string(c.Store.DSN), "file:"), "?")
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// pastLetters are the letters to try rules on, nil when there are none. Without
// a register that can be read, rules are looked at by themselves.
func (s *shell) pastLetters(c configs.Config) iter.Seq[rules.PastLetter] {
	if noRegister(c) {
		return nil
	}
	letters, err := s.readPast(c)
	if err != nil {
		fmt.Fprintln(s.err, "xinfangd：读不了登记簿，只看规则本身："+say(err))
	}
	if len(letters) == 0 {
		return nil
	}
	return slices.Values(letters)
}

func (s *shell) readPast(c configs.Config) (letters []rules.PastLetter, err error) {
	settings, err := gateway.Settings(c)
	if err != nil {
		return nil, err
	}
	st, err := gateway.OpenStore(s.ctx, c)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	d, err := desk.New(settings, desk.Options{Store: st})
	if err != nil {
		return nil, err
	}
	for p, err := range d.Past(s.ctx, store.CaseFilter{Newest: true}) {
		if err != nil {
			return nil, err
		}
		if letters = append(letters, p.PastLetter); len(letters) == mostTried {
			break
		}
	}
	return letters, nil
}
