package configs

import (
	"reflect"
	"strings"
)

// field is a struct field by its key.
type field struct {
	value reflect.Value
	oneof string
}

// fieldSet is what a struct offers to the decoder.
type fieldSet struct {
	named  map[string]field
	names  []string
	places []reflect.Value
	rest   reflect.Value
}

func fieldsOf(v reflect.Value) fieldSet {
	set := fieldSet{named: make(map[string]field)}
	set.collect(v)
	return set
}

func (s *fieldSet) collect(v reflect.Value) {
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		if !sf.IsExported() {
			continue
		}
		if sf.Type == placeType {
			s.places = append(s.places, v.Field(i))
			continue
		}
		name, option, _ := strings.Cut(sf.Tag.Get("yaml"), ",")
		switch {
		case name == "-":
		case option == "inline" && sf.Type.Kind() == reflect.Map:
			s.rest = v.Field(i)
		case option == "inline":
			s.collect(v.Field(i))
		default:
			if name == "" {
				name = strings.ToLower(sf.Name)
			}
			s.named[name] = field{v.Field(i), sf.Tag.Get("oneof")}
			s.names = append(s.names, name)
		}
	}
}
