package fold

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const massBody = `我们是开发区东湖新村的住户。从上个月初开始，小区二期的变压器连续烧坏三次，每次抢修都要等到第二天中午，家里的老人和孩子晚上热得睡不着觉，冰箱里的东西也都坏了。
物业说设备老化，容量不够，要等供电公司增容；供电公司说资产没有移交，让我们找开发商；开发商早就撤走了，电话没人接。我们几十户人家跑了四个部门，没有一个单位肯出面。
请求贵委协调有关单位尽快完成小区配电设施的移交和增容改造，并在改造完成之前安排应急发电车。`

const otherBody = `我家住在老火车站旁边的宿舍楼，上周三晚上突然停电，一直停到周五下午。打了供电服务热线，接线员只说已经登记，没有人告诉我们原因，也没有人上门。
楼里有两位靠制氧机生活的病人，家属急得团团转。我想问的是，计划外停电超过二十四小时，按规定应不应该提前或者及时告知用户？造成的损失由谁来赔偿？
另外，电费单上多了一项基本电费，我们居民用户为什么要交这一项？希望经信部门查一查收费依据，给大家一个说法，不要再互相推诿了。`

func mass(greeting, name, address, phone string) string {
	return greeting + "\n　　我叫" + name + "，家住" + address + "。" + massBody + "\n此致\n敬礼\n" + name + "\n联系电话：" + phone
}

func TestSimilarity(t *testing.T) {
	t.Parallel()
	first := mass("尊敬的领导：您好！", "刘建国", "东湖新村3栋2单元501室", "13800000001")
	tests := []struct {
		name     string
		a, b     string
		min, max float64
	}{
		{"the same", first, first, 1, 1},
		{"the same in other forms", "供電３天ABC", "供电3天 abc", 1, 1},
		{"another sender", first, mass("经信委负责同志，你们好：", "欧阳晓燕", "东湖新村十七栋一单元", "027-87650002"), Alike, 1},
		{"traditional and without blanks", first, strings.ReplaceAll(strings.ReplaceAll(first, "\n", ""), "变压器", "變壓器"), 0.97, 1},
		{"with a sentence of one's own", first, first + "\n我母亲今年八十岁，行动不便，请你们一定重视，早日解决。", 0.8, 1},
		{"numbers apart", first, strings.NewReplacer("13800000001", "15911112222", "501", "1203").Replace(first), 1, 1},
		{"another letter on the matter", first, otherBody, 0, 0.3},
		{"phrases in common only", mass("尊敬的领导：您好！", "甲", "乙", "1"), "尊敬的领导：您好！\n" + otherBody + "\n此致\n敬礼", 0, 0.3},
		{"short and different", "请问什么时候来电？", "请问什么时候来水？", 0, 0},
		{"short and equal", "请问什么时候来电？", "請問 什麼時候來電?", 1, 1},
		{"short numbers differ", "订单 123", "订单 124", 0, 0},
		{"nothing is like nothing", "", " \u200b", 0, 0},
		{"short against long", "请问什么时候来电？", first, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a, b := Fingerprint(tt.a), Fingerprint(tt.b)
			got := Similarity(a, b)
			if got < tt.min || got > tt.max {
				t.Errorf("Similarity = %.3f, want %.2f to %.2f", got, tt.min, tt.max)
			}
			if back := Similarity(b, a); back != got {
				t.Errorf("Similarity is %.3f one way and %.3f the other", got, back)
			}
			if met := meet(a, b); met != (tt.min >= Alike) {
				t.Errorf("share a band = %v at a similarity of %.3f", met, got)
			}
		})
	}
}

func meet(a, b Print) bool {
	theirs := b.Bands()
	return slices.ContainsFunc(a.Bands(), func(k string) bool { return slices.Contains(theirs, k) })
}

// The estimate is held against the exact share of common shingles.
func TestSimilarityIsTrue(t *testing.T) {
	t.Parallel()
	// Texts of 400 letters of which the first n are common; each letter differs
	// from all others, so that shingles do not repeat.
	text := func(shared, from int) string {
		var b strings.Builder
		for i := range 400 {
			if i >= shared {
				b.WriteRune(rune(0x5000 + from + i))
				continue
			}
			b.WriteRune(rune(0x5000 + i))
		}
		return b.String()
	}
	for _, shared := range []int{0, 50, 100, 200, 300, 360, 390, 400} {
		want := float64(max(0, shared-shingle+1)) / float64(400-shingle+1)
		got := Similarity(Fingerprint(text(shared, 1000)), Fingerprint(text(shared, 2000)))
		if got < want-0.1 || got > want+0.1 {
			t.Errorf("%d of 400 letters in common: Similarity = %.3f, want about %.3f", shared, got, want)
		}
	}
}

func TestPrintText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "短", massBody, otherBody} {
		p := Fingerprint(text)
		got, err := ParsePrint(p.String())
		if err != nil || got != p {
			t.Errorf("ParsePrint(String) of %.10q: err %v, equal %v", text, err, got == p)
		}
	}
	long := Fingerprint(massBody).String()
	for _, bad := range []string{"x", "!", "AAAA", long[:len(long)-4], long + "AAAA", strings.Repeat("A", len(long))} {
		if _, err := ParsePrint(bad); err == nil {
			t.Errorf("ParsePrint(%.20q) has no error", bad)
		}
	}
}

func TestBands(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, text string
		want       int
	}{{"empty", "", 0}, {"short", "来电", 1}, {"long", massBody, bands}} {
		keys := Fingerprint(tt.text).Bands()
		if len(keys) != tt.want {
			t.Errorf("%s: %d bands, want %d", tt.name, len(keys), tt.want)
		}
		slices.Sort(keys)
		if len(slices.Compact(slices.Clone(keys))) != len(keys) {
			t.Errorf("%s: bands repeat: %q", tt.name, keys)
		}
	}
}

func BenchmarkFingerprint(b *testing.B) {
	// The time per byte must not grow with the length.
	for _, copies := range []int{1, 10, 100, 1000} {
		var text strings.Builder
		for i := range copies {
			// Another offset each time, so that shingles do not repeat.
			for _, r := range massBody {
				if r >= 0x4e00 {
					r = 0x4e00 + (r+rune(i)*7)%0x5000
				}
				text.WriteRune(r)
			}
		}
		b.Run(fmt.Sprintf("%dKB", text.Len()/1024), func(b *testing.B) {
			b.SetBytes(int64(text.Len()))
			for b.Loop() {
				Fingerprint(text.String())
			}
		})
	}
}

func BenchmarkSimilarity(b *testing.B) {
	x, y := Fingerprint(massBody), Fingerprint(otherBody)
	for b.Loop() {
		Similarity(x, y)
	}
}
