package plot

import (
	"encoding/binary"
	"errors"
	"slices"
)

// errNoTables is a file that is no font, or one that is cut off.
var errNoTables = errors.New("no TrueType or OpenType font")

// kept are the tables that drawing needs, in the order of their names. What is
// left out, kerning and hints, is the larger part of some fonts.
func kept() []string {
	return []string{"CFF ", "OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"}
}

// single takes the fonts of a file apart, each a font file of its own with its
// tables on four-byte borders.
//
// QUIRK: in WenQuanYi Micro Hei (wqy-microhei.ttc), the Chinese font of most
// Linux systems, they are not, which sfnt refuses.
func single(data []byte) ([][]byte, error) {
	offsets := []uint32{0}
	if len(data) >= 16 && string(data[:4]) == "ttcf" {
		// OpenType specification, "TTC Header".
		n := binary.BigEndian.Uint32(data[8:])
		if n == 0 || n > 64 || len(data) < 12+4*int(n) {
			return nil, errNoTables
		}
		offsets = offsets[:0]
		for i := range int(n) {
			offsets = append(offsets, binary.BigEndian.Uint32(data[12+4*i:]))
		}
	}
	var fonts [][]byte
	for _, offset := range offsets {
		font, err := aligned(data, offset)
		if err != nil {
			return nil, err
		}
		fonts = append(fonts, font)
	}
	return fonts, nil
}

// aligned copies one font, whose table directory begins at an offset.
func aligned(data []byte, offset uint32) ([]byte, error) {
	if uint64(offset)+12 > uint64(len(data)) {
		return nil, errNoTables
	}
	directory := data[offset:]
	n := int(binary.BigEndian.Uint16(directory[4:]))
	if len(directory) < 12+16*n {
		return nil, errNoTables
	}
	type table struct{ record, body []byte }
	var tables []table
	for i := range n {
		record := directory[12+16*i : 28+16*i]
		if !slices.Contains(kept(), string(record[:4])) {
			continue
		}
		begin, length := uint64(binary.BigEndian.Uint32(record[8:])), uint64(binary.BigEndian.Uint32(record[12:]))
		if begin+length > uint64(len(data)) {
			return nil, errNoTables
		}
		tables = append(tables, table{record, data[begin : begin+length]})
	}
	out := slices.Clone(directory[:12])
	binary.BigEndian.PutUint16(out[4:], uint16(len(tables)))
	at := 12 + 16*len(tables)
	for _, t := range tables {
		record := slices.Clone(t.record)
		binary.BigEndian.PutUint32(record[8:], uint32(at))
		out = append(out, record...)
		at += (len(t.body) + 3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t.body...)
		out = append(out, make([]byte, -len(out)&3)...)
	}
	return out, nil
}
