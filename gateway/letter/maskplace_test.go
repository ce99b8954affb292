package letter

import "testing"

// A writer's own address is hidden like one from a form; the place that the
// letter is about stays.
func TestMaskResidences(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"at home", "我家住示范市东湖区和平路12号3单元501室，反映问题。", "我家住示范市东湖区××××，反映问题。"},
		{"label", "家庭住址：和平路12号3单元501", "家庭住址：××××"},
		{"label, full width", "住址： 江城县李家镇王家村３组", "住址： 江城县××××"},
		{"within a sentence", "本人现住在和平路12号院的平房里，没有暖气。", "本人现住在××××的平房里，没有暖气。"},
		{"said again", "家住和平路12号。和平路12号停电", "家住××××。××××停电"},
		{"the subject matter", "和平路12号的供电所收费不开票。", "和平路12号的供电所收费不开票。"},
		{"no house", "家住城北，常年停电。", "家住城北，常年停电。"},
		{"a word", "地址栏无法填写3号表。", "地址栏无法填写3号表。"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, _ := MaskText(tt.text, MaskPolicy{Introductions: true}); got != tt.want {
				t.Errorf("MaskText(%q)\n got %q\nwant %q", tt.text, got, tt.want)
			}
			if got, _ := MaskText(tt.text, MaskPolicy{}); got != tt.text {
				t.Errorf("hidden in an open case: %q", got)
			}
		})
	}
}
