package gateway

import (
	"bytes"
	"fmt"
	"os"

	"xinfangd/configs"
	"xinfangd/gateway/authority"
)

// signingKeys reads the keys by which people on the roster sign (key_file): an
// armored OpenPGP key, or a certificate in PEM. A file that cannot be read is an
// error that names it.
func signingKeys(c configs.Config) (map[string]authority.Key, error) {
	keys := map[string]authority.Key{}
	for _, p := range people(c) {
		if p.KeyFile == "" {
			continue
		}
		raw, err := os.ReadFile(string(p.KeyFile))
		if err != nil {
			return nil, fmt.Errorf("read key_file: %w", err)
		}
		key := authority.Key{Certificate: raw}
		if bytes.Contains(raw, []byte("BEGIN PGP")) {
			key = authority.Key{OpenPGP: raw}
		}
		keys[p.Address] = key
	}
	return keys, nil
}

// people is everybody in the roster who may have a key.
func people(c configs.Config) []configs.Person {
	var all []configs.Person
	for _, m := range c.Staff.Office {
		all = append(all, m.Person)
	}
	for _, l := range c.Staff.Leaders {
		all = append(all, l.Person)
	}
	for _, d := range c.Staff.Divisions {
		all = append(all, d.Head)
		all = append(all, d.Liaisons...)
	}
	for _, s := range c.Duty.Shifts {
		all = append(all, s.People...)
	}
	return all
}
