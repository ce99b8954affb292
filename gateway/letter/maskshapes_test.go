package letter

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

var notDigits = regexp.MustCompile(`[^0-9Xx*]`)

// TestMaskShapes hides made-up numbers however they are written and wherever
// they stand, and no more of what stays than a head and a tail.
func TestMaskShapes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	places := []string{"%s", "身份证%s", "号码：%s，", "我叫张三（%s），", "%s张三", "ID:%s;", "证件号 %s 电话", "公民身份号码为%s。", "张三，男，%s，住", "卡号%s\n", "打%s找我"}
	all, bad := 0, 0
	check := func(what, text, secret string) {
		all++
		got, found := MaskText(text, MaskPolicy{Numbers: true})
		if strings.Contains(notDigits.ReplaceAllString(got, ""), secret) || !strings.Contains(got, "****") || len(found) != 1 {
			bad++
			t.Errorf("%s: %q gave %q, %v", what, text, got, found)
		}
	}
	for range 15 {
		area := []string{"110101", "420106", "310115", "440305", "130102", "652301"}[r.IntN(6)]
		id := identityOf(t, fmt.Sprintf("%s%04d%02d%02d%03d", area, 1940+r.IntN(70), 1+r.IntN(12), 1+r.IntN(28), r.IntN(1000)))
		for _, s := range []string{id, strings.ToLower(id), grouped(id, " ", 6, 14), grouped(id, "-", 6, 14), grouped(id, " ", 3, 6, 10, 14), grouped(id, " ", 4, 8, 12, 16), widened(id), grouped(id, "　", 6, 14)} {
			for _, p := range places {
				check("identity", fmt.Sprintf(p, s), id[6:14])
			}
		}
		mobile := fmt.Sprintf("1%d%09d", 3+r.IntN(7), r.IntN(1_000_000_000))
		for _, s := range []string{mobile, "+86" + mobile, "+86-" + mobile, "0086" + mobile, grouped(mobile, "-", 3, 7), grouped(mobile, " ", 3, 7), widened(mobile), "+86 " + grouped(mobile, " ", 3, 7), "(+86)" + mobile, grouped(mobile, "—", 3, 7), grouped(mobile, "－", 3, 7)} {
			for _, p := range places[:8] {
				check("mobile", fmt.Sprintf(strings.Replace(p, "身份证", "电话", 1), s), mobile[3:7])
			}
		}
		check("mobile", "手机："+grouped(mobile, " ", 4, 7), mobile[3:7])
		check("mobile", "电话"+grouped(mobile, " ", 4, 8), mobile[3:7])
		card := cardOf(t, fmt.Sprintf("62%d%09d", 1000+r.IntN(9000), r.IntN(1_000_000_000))+strings.Repeat("7", r.IntN(4)))
		for _, s := range []string{card, grouped(card, " ", 4, 8, 12), grouped(card, "-", 4, 8, 12), widened(card)} {
			for _, p := range []string{"%s", "卡号%s，", "工资打到%s上", "（%s）"} {
				check("card", fmt.Sprintf(p, s), card[4:12])
			}
		}
	}
	for _, text := range []string{
		"鄂经信〔2007〕39号", "国发[2015]26号", "（2025）鄂01民初1234号", "邮编430070", "邮政编码：430070", "SFJX-2026-000123", "2026年3月2日10时12分", "2026-03-02 10:12:33",
		"共计1234567.89元", "13800000000元", "1,234,567元", "统一社会信用代码91420100MA4K12345X", "电表号00123456789", "面积12345678平方米", "订单号202603021234567890",
		"快递单号SF1234567890123", "IP 192.168.100.100", "回执码：7Q4KM-2XD9P", "查询码：0123456789", "12345热线", "95598", "2019-2020学年", "合同编号：HT-2025-001-0027",
		"发票号 12345678", "坐标114.305556,30.592850", "项目代码2020-420100-48-03-012345", "受理编号：2026030212345678", "400-800-8888",
	} {
		if got, found := MaskText(text, MaskPolicy{Numbers: true}); got != text {
			t.Errorf("%q gave %q, %v", text, got, found)
		}
	}
	t.Logf("numbers hidden: %d of %d", all-bad, all)
}
