package configs

import "go.yaml.in/yaml/v3"

// Place remembers where a value stood in its file. A struct that embeds Place
// (or has a field of type Place tagged `yaml:"-"`) gets it filled by the
// decoder, so that checks made long after decoding still point at the line:
//
//	type Box struct {
//		configs.Place `yaml:"-"`
//		Address  string   `yaml:"address"`
//		Allow    []string `yaml:"allow"`
//	}
//	box.At("allow", 2).Errorf("…")
//
// The zero Place answers with unknown positions, so values built in code work.
type Place struct {
	file string
	node *yaml.Node
}

// At returns the position of the value reached from this one by keys (string)
// and list indexes (int). Where the path leaves the file, because the value was
// left out, the position of the nearest enclosing value is returned; with no
// path it is that of the value itself.
func (p Place) At(path ...any) Position {
	node, _ := p.walk(path)
	if node == nil {
		return Position{File: p.file}
	}
	return Position{File: p.file, Line: node.Line, Column: node.Column}
}

// KeyAt is At for the key, not the value, of the last step of the path.
func (p Place) KeyAt(path ...any) Position {
	if len(path) == 0 {
		return p.At()
	}
	parent, ok := p.walk(path[:len(path)-1])
	name, isKey := path[len(path)-1].(string)
	if ok && isKey && parent != nil && parent.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(parent.Content); i += 2 {
			if parent.Content[i].Value == name {
				return Position{File: p.file, Line: parent.Content[i].Line, Column: parent.Content[i].Column}
			}
		}
	}
	return p.At(path...)
}

// Has reports whether the path was written in the file.
func (p Place) Has(path ...any) bool {
	_, ok := p.walk(path)
	return ok
}

// sound reports whether the value was a mapping, empty, or left out; what else
// it may be was reported when it was decoded.
func (p Place) sound() bool {
	node := resolve(p.node)
	return node == nil || node.Kind == 0 || node.Kind == yaml.MappingNode || isNull(node)
}

// File returns the name of the file that the value came from, as given to Decode.
func (p Place) File() string { return p.file }

// Equal reports true always: where a value stood is no part of what it is, and
// tests compare configurations by their meaning.
func (p Place) Equal(Place) bool { return true }

// walk follows the path as far as it goes and reports whether it was complete.
func (p Place) walk(path []any) (*yaml.Node, bool) {
	node := resolve(p.node)
	for _, step := range path {
		next := child(node, step)
		if next == nil {
			return node, false
		}
		node = resolve(next)
	}
	return node, node != nil
}

func child(node *yaml.Node, step any) *yaml.Node {
	if node == nil {
		return nil
	}
	switch step := step.(type) {
	case string:
		if node.Kind != yaml.MappingNode {
			return nil
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	case int:
		if node.Kind == yaml.SequenceNode && step >= 0 && step < len(node.Content) {
			return node.Content[step]
		}
	}
	return nil
}

// resolve follows aliases. A cycle of aliases is impossible in a parsed file,
// since an anchor must be complete before it is named, but for an anchor that
// contains its own alias, which ends at the anchor itself.
func resolve(node *yaml.Node) *yaml.Node {
	for node != nil && node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	return node
}
