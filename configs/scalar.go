package configs

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"xinfangd/gateway/calendar"
)

func (d *Decoder) scalar(node *yaml.Node, v reflect.Value, oneof string) {
	if node.Kind != yaml.ScalarNode {
		d.wrongKind(node, scalarName(v.Kind()))
		return
	}
	text, ok := d.Text(node)
	if !ok {
		return
	}
	if oneof != "" {
		words := strings.Fields(oneof)
		if !slices.Contains(words, text) {
			d.Errorf(node, "不能是 %q，只能是 %s%s", text, strings.Join(words, "、"), suggestion(text, words))
			return
		}
	}
	if err := setScalar(v, text); err != nil {
		d.Errorf(node, "应为%s，而不是 %q%s", scalarName(v.Kind()), text, err)
	}
}

// setScalar parses text into a basic kind. The error is the tail of a sentence.
func setScalar(v reflect.Value, text string) error {
	bits := 64
	if v.CanInt() || v.CanUint() || v.CanFloat() {
		bits = v.Type().Bits()
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
		return nil
	case reflect.Bool:
		// Only these two: YAML 1.1's yes and on read like text to everybody else.
		if text != "true" && text != "false" {
			return errors.New("")
		}
		v.SetBool(text == "true")
		return nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, bits)
		v.SetInt(n)
		return outOfRange(err)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(text, 10, bits)
		v.SetUint(n)
		return outOfRange(err)
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(text, bits)
		if err == nil && (f != f || f-f != 0) {
			err = strconv.ErrRange
		}
		if err == nil {
			v.SetFloat(f)
		}
		return outOfRange(err)
	}
	return fmt.Errorf("（程序不支持 %s）", v.Type())
}

func outOfRange(err error) error {
	if errors.Is(err, strconv.ErrRange) {
		return errors.New("（数值过大）")
	}
	if err != nil {
		return errors.New("")
	}
	return nil
}

func scalarName(k reflect.Kind) string {
	switch k {
	case reflect.Bool:
		return " true 或 false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "整数"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "不小于 0 的整数"
	case reflect.Float32, reflect.Float64:
		return "数字"
	}
	return "文字"
}

func (d *Decoder) duration(node *yaml.Node, v reflect.Value) {
	text, ok := d.Text(node)
	if !ok {
		return
	}
	span, err := time.ParseDuration(text)
	if err != nil {
		d.Errorf(node, "%q 不是时长，应写成 30s、15m、1h30m 这样", text)
		return
	}
	v.SetInt(int64(span))
}

func (d *Decoder) span(node *yaml.Node, into *calendar.Span) {
	text, ok := d.Text(node)
	if !ok {
		return
	}
	span, err := calendar.ParseSpan(text)
	if err != nil {
		d.Errorf(node, "%q 不是期限，应写成 30s、1h30m、24h（钟点）、15d（日历日）、5wd（工作日）或 4wh（工作小时）", text)
		return
	}
	*into = span
}

func (d *Decoder) timeOfDay(node *yaml.Node, into *calendar.TimeOfDay) {
	text, ok := d.Text(node)
	if !ok {
		return
	}
	at, err := calendar.ParseTimeOfDay(text)
	if err != nil {
		d.Errorf(node, "%q 不是时刻，应写成 \"08:00\" 这样（00:00 至 24:00）", text)
		return
	}
	*into = at
}
