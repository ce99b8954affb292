package letter

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// identityOf makes a valid number of seventeen digits.
func identityOf(t testing.TB, digits string) string {
	t.Helper()
	for _, c := range "0123456789X" {
		if validIdentity(digits + string(c)) {
			return digits + string(c)
		}
	}
	t.Fatalf("no identity number begins with %s", digits)
	return ""
}

// cardOf makes a number with a right check digit.
func cardOf(t testing.TB, digits string) string {
	t.Helper()
	for c := range 10 {
		if n := fmt.Sprint(digits, c); luhn(n) {
			return n
		}
	}
	t.Fatalf("no card begins with %s", digits)
	return ""
}

func widened(s string) string {
	return strings.Map(func(r rune) rune {
		if '!' <= r && r <= '~' {
			return r + 0xfee0
		}
		return r
	}, s)
}

func grouped(s, sep string, at ...int) string {
	for i := len(at) - 1; i >= 0; i-- {
		s = s[:at[i]] + sep + s[at[i]:]
	}
	return s
}

type maskCase struct {
	name, text, want string
	found            []string
}

func numberCases(t testing.TB) []maskCase {
	id := identityOf(t, "42010619900101123")
	idX := "42010619900101003X"
	for seq := range 1000 {
		if n := identityOf(t, fmt.Sprintf("42010619900101%03d", seq)); n[17] == 'X' {
			idX = n
			break
		}
	}
	hid, hidX := "4201**********"+id[14:], "4201**********"+idX[14:]
	union, visa := cardOf(t, "621700123456789012"), cardOf(t, "401234567890123")
	hunion, hvisa := "6217***********"+union[15:], "4012********"+visa[12:]
	old := cardOf(t, "955880012345678901")
	wrong := id[:17] + string('0'+(id[17]-'0'+1)%10)
	if id[17] == 'X' {
		wrong = id[:17] + "0"
	}
	badCard := union[:18] + string('0'+(union[18]-'0'+1)%10)
	ident, mobile, land, card, mail := []string{MaskedIdentity}, []string{MaskedMobile}, []string{MaskedLandline}, []string{MaskedCard}, []string{MaskedMail}
	return []maskCase{
		{"identity", "身份证号" + id + "请查", "身份证号" + hid + "请查", ident},
		{"identity with X", idX, hidX, ident},
		{"identity with small x", "我的" + strings.ToLower(idX) + "号", "我的" + hidX + "号", ident},
		{"identity in full width", widened(idX) + "。", hidX + "。", ident},
		{"identity in groups", grouped(id, " ", 6, 14), hid, ident},
		{"identity with dashes", grouped(idX, "-", 6, 10, 14, 17), hidX, ident},
		{"identity with invisible characters", grouped(id, "\u200b", 3, 9), hid, ident},
		{"identity of 15 digits", "420106900101123，", "4201*******1123，", ident},
		{"identity of a resident of Hong Kong", identityOf(t, "81000019900101123"), "8100**********" + identityOf(t, "81000019900101123")[14:], ident},
		{"identity and telephone without a gap", id + "13812345678", "4201*********************5678", ident},
		{"identity that does not check", "编号" + wrong, "编号" + wrong, nil},
		{"identity that does not check, labelled", "身份证号码：" + wrong, "身份证号码：4201**********" + wrong[14:], ident},
		{"identity too long, labelled", "身份证（" + id + "0）", "身份证（4201***********" + id[15:] + "0）", ident},
		{"no such province", "10" + id[2:], "10" + id[2:], nil},
		{"no such birthday", "420106199002301234", "420106199002301234", nil},

		{"mobile", "电话13812345678。", "电话138****5678。", mobile},
		{"mobile in Chinese", "打我电话13812345678谢谢", "打我电话138****5678谢谢", mobile},
		{"mobile with country", "+8613812345678", "138****5678", mobile},
		{"mobile with country and blanks", "手机：+86 138 1234 5678", "手机：138****5678", mobile},
		{"mobile with country in brackets", "(+86)13812345678", "138****5678", mobile},
		{"mobile with 0086", "008613812345678，0086-138-1234-5678", "138****5678，138****5678", mobile},
		{"mobile with 0", "013812345678", "138****5678", mobile},
		{"mobile with dashes", "138-1234-5678", "138****5678", mobile},
		{"mobile with dots", "138.1234.5678", "138****5678", mobile},
		{"mobile in four, four, three", "1381-2345-678", "138****5678", mobile},
		{"mobile in full width", "１３８　１２３４　５６７８", "138****5678", mobile},
		{"mobile with em dashes", "138—1234—5678", "138****5678", mobile},
		{"mobile digit by digit", "1 3 8 1 2 3 4 5 6 7 8", "138****5678", mobile},
		{"mobile in Chinese digits", "幺三八一二三四五六七八找我", "138****5678找我", mobile},
		{"mobile in keycaps", "1️⃣3️⃣8️⃣12345678", "138****5678", mobile},
		{"mobiles", "13812345678/13987654321、15012345678", "138****5678/139****4321、150****5678", mobile},
		{"mobiles with a blank", "13812345678 13987654321", "138****5678 139****4321", mobile},
		{"mobiles without a gap", "1381234567813987654321", "138***************4321", mobile},
		{"mobile in bold", "**13812345678**", "**138****5678**", mobile},
		{"mobile behind letters", "Tel13812345678", "Tel138****5678", mobile},
		{"mobile in a list", "3.13812345678", "3.138****5678", mobile},

		{"landline", "027-87654321", "027-******21", land},
		{"landline in brackets", "（027）87654321", "027-******21", land},
		{"landline without a dash", "02787654321", "027-******21", land},
		{"landline of seven digits", "0713 8765432", "0713-*****32", land},
		{"landline with country", "+86-27-8765-4321", "027-******21", land},
		{"landline with extension", "027-87654321转8001，027-87654321-802", "027-******21转****，027-******21转****", land},
		{"landline and mobile", "0713-8765432-13812345678", "0713-*****32-138****5678", []string{MaskedMobile, MaskedLandline}},
		{"local number by label", "电话：87654321、8765 4322", "电话：******21、******22", land},
		{"local number without a label", "工号87654321", "工号87654321", nil},
		{"service number", "客服电话 400-888-1234，4008881234，800-820-8820", "客服电话 400-888-1234，4008881234，800-820-8820", nil},
		{"hotline", "打了电话12345和95598", "打了电话12345和95598", nil},

		{"card", "卡号" + union, "卡号" + hunion, card},
		{"card in groups", grouped(union, " ", 4, 8, 12, 16), hunion, card},
		{"card in six and thirteen", grouped(union, " ", 6), hunion, card},
		{"visa with dashes", grouped(visa, "-", 4, 8, 12), hvisa, card},
		{"old card", old, "9558***********" + old[15:], card},
		{"card that does not check", "订单" + badCard, "订单" + badCard, nil},
		{"card that does not check, labelled", "银行卡号：" + badCard, "银行卡号：6217***********" + badCard[15:], card},
		{"other issuer", cardOf(t, "111122223333444"), cardOf(t, "111122223333444"), nil},
		{"four amounts", cardOf(t, "620030004000500")[:4] + " 3000 4000 5001", "6200 3000 4000 5001", nil},

		{"mail", "邮箱zhang.san@mail.example。", "邮箱z****@mail.example。", mail},
		{"mail in full width", "ｚｓ＠ｍａｉｌ．ｅｘａｍｐｌｅ", "z****＠ｍａｉｌ．ｅｘａｍｐｌｅ", mail},
		{"mail of digits", "13812345678@mail.example", "1****@mail.example", mail},
		{"mail of a letter", "<a@b.example>", "<a****@b.example>", mail},
		{"no mail", "@张三 看@home", "@张三 看@home", nil},

		{"registration number", "SFJX-2026-000123 13812345678", "SFJX-2026-000123 138****5678", mobile},
		{"query code", "查询码：0123456789", "查询码：0123456789", nil},
		{"query code like a landline", "查询码：02787654321", "查询码：02787654321", nil},
		{"amounts", "共15000000000元，15000000000.50元，￥13812345678，人民币13800000000", "共15000000000元，15000000000.50元，￥13812345678，人民币13800000000", nil},
		{"dates", "2024-05-06 12:30:45，20240506，1990年1月1日", "2024-05-06 12:30:45，20240506，1990年1月1日", nil},
		{"order numbers", "订单202405061234567890，SF1234567890123，1690000000000", "订单202405061234567890，SF1234567890123，1690000000000", nil},
		{"letters on both sides", "a13812345678b", "a13812345678b", nil},
		{"document number", "武经信〔2024〕12号", "武经信〔2024〕12号", nil},
		{"years", "2019 2020 2021 2022", "2019 2020 2021 2022", nil},
		{"broken text", "\xff13812345678\xfe", "\xff138****5678\xfe", mobile},
		{"everything", id + " 13812345678 " + union + " 027-87654321 a@b.example",
			hid + " 138****5678 " + hunion + " 027-******21 a****@b.example",
			[]string{MaskedIdentity, MaskedMobile, MaskedLandline, MaskedCard, MaskedMail}},
	}
}

func TestMaskNumbers(t *testing.T) {
	t.Parallel()
	for _, tt := range numberCases(t) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkMask(t, tt, MaskPolicy{Numbers: true})
			if got, found := MaskText(tt.text, MaskPolicy{}); got != tt.text || found != nil {
				t.Errorf("no policy: MaskText(%q) = %q, %q", tt.text, got, found)
			}
		})
	}
}

func checkMask(t *testing.T, tt maskCase, p MaskPolicy) {
	t.Helper()
	got, found := MaskText(tt.text, p)
	if got != tt.want {
		t.Errorf("MaskText(%q)\n got %q\nwant %q", tt.text, got, tt.want)
	}
	if diff := cmp.Diff(tt.found, found); diff != "" {
		t.Errorf("MaskText(%q) found (-want +got):\n%s", tt.text, diff)
	}
	if again, _ := MaskText(got, p); again != got {
		t.Errorf("MaskText of the masked %q = %q", got, again)
	}
}

func TestMaskIntroductions(t *testing.T) {
	t.Parallel()
	name := []string{MaskedName}
	for _, tt := range []maskCase{
		{"本人", "本人张三，系某厂职工。", "本人张××，系某厂职工。", name},
		{"本人 with a verb", "本人张三系某厂职工", "本人张××系某厂职工", name},
		{"本人 in brackets", "本人（李小明）实名举报", "本人（李××）实名举报", name},
		{"我叫", "我叫欧阳晓燕，今年45岁", "我叫欧阳××，今年45岁", name},
		{"我叫 without a mark", "我叫张三我要投诉", "我叫张××我要投诉", name},
		{"我叫 with a blank", "我叫张 三，住在这里", "我叫张××，住在这里", name},
		{"of three though a word could follow", "我叫龙国和，今年64岁", "我叫龙××，今年64岁", name},
		{"我是", "您好，我是王建国，反映一件事", "您好，我是王××，反映一件事", name},
		{"我是 with kin", "我是张三的妻子", "我是张××的妻子", name},
		{"我是 with what one is", "我是经开区某厂退休职工刘建设，反映", "我是经开区某厂退休职工刘××，反映", name},
		{"traditional", "本人張三豐，系某廠職工", "本人張××，系某廠職工", name},
		{"label", "姓名：张三\n性别：男", "姓名：张××\n性别：男", name},
		{"label with blanks", "姓　名： 张　三　　电话", "姓　名： 张××　　电话", name},
		{"label and a name of another people", "姓名：阿依古丽·买买提，女", "姓名：阿××，女", name},
		{"label and Latin letters", "姓名: John Smith, 35", "姓名: J××, 35", name},
		{"label of several", "举报人：张三、李四 王小五", "举报人：张××、李×× 王××", name},
		{"name again", "我叫张三丰。厂里说张三丰不算职工。", "我叫张××。厂里说张××不算职工。", name},
		{"signature", "请查。\n此致\n敬礼\n张三\n2024年5月1日", "请查。\n此致\n敬礼\n张××\n2024年5月1日", name},
		{"signature on one line", "请查。此致敬礼！ 张三 2024年5月1日", "请查。此致敬礼！ 张×× 2024年5月1日", name},
		{"signature with a word", "请查。\n一名普通市民：王 五\n敬上", "请查。\n一名普通市民：王××\n敬上", name},
		{"signature with a role", "请查。\n退休职工李建国敬上", "请查。\n退休职工李××敬上", name},
		{"signatures of several", "请查。\n张三 李四 王小五\n5月1日", "请查。\n张×× 李×× 王××\n5月1日", name},
		{"windows lines", "请查。\r\n敬礼\r\n张三\r\n", "请查。\r\n敬礼\r\n张××\r\n", name},

		{"本人认为", "本人认为不妥，本人高度关注，本人申请退休。本人曾经、本人于近日、本人向贵局反映", "本人认为不妥，本人高度关注，本人申请退休。本人曾经、本人于近日、本人向贵局反映", nil},
		{"我是电力公司的", "我是电力公司的，我是江西的，我是高中生。我是党员，我是农民", "我是电力公司的，我是江西的，我是高中生。我是党员，我是农民", nil},
		{"我叫了人", "我叫了人来修，我叫他们走，我叫车去医院", "我叫了人来修，我叫他们走，我叫车去医院", nil},
		{"accused", "被举报人：张三\n被举报人姓名：李四\n对方姓名：王五六", "被举报人：张三\n被举报人姓名：李四\n对方姓名：王五六", nil},
		{"others", "经理王海不理我，找张三也没用", "经理王海不理我，找张三也没用", nil},
		{"anonymous", "姓名：匿名\n联系人：王经理\n我是王先生，本人张某", "姓名：匿名\n联系人：王经理\n我是王先生，本人张某", nil},
		{"thanks", "请查。\n谢谢！\n祝好\n高兴", "请查。\n谢谢！\n祝好\n高兴", nil},
		{"last line of text", "请查。\n张三说不归他管，让我找李四", "请查。\n张三说不归他管，让我找李四", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkMask(t, tt, MaskPolicy{Introductions: true})
		})
	}
}

func TestMaskNames(t *testing.T) {
	t.Parallel()
	name, address := []string{MaskedName}, []string{MaskedAddress}
	for _, tt := range []struct {
		maskCase
		policy MaskPolicy
	}{
		{maskCase{"name", "张三来信，张 三、张\u200b三都是他", "张××来信，张××、张××都是他", name}, MaskPolicy{Names: []string{"张三"}}},
		{maskCase{"spaced in the form", "张三来信", "张××来信", name}, MaskPolicy{Names: []string{"张　三"}}},
		{maskCase{"compound", "欧阳晓燕说", "欧阳××说", name}, MaskPolicy{Names: []string{"欧阳晓燕"}}},
		{maskCase{"title and brackets", "李建国说", "李××说", name}, MaskPolicy{Names: []string{"李建国先生", "王五（业主）"}}},
		{maskCase{"longer first", "张三丰与张三", "张××与张××", name}, MaskPolicy{Names: []string{"张三", "张三丰"}}},
		{maskCase{"Latin", "John Smith wrote, JOHNSMITH; Johnsmithson did not", "J×× wrote, J××; Johnsmithson did not", name}, MaskPolicy{Names: []string{"john smith"}}},
		{maskCase{"no names", "市民张三，1234，雨", "市民张三，1234，雨", nil}, MaskPolicy{Names: []string{"市民", "1234", "雨", "", "Li", "张××", "***"}}},
		{maskCase{"address", "家住某省江城市东湖区荷花路1号2栋301室", "家住某省江城市东湖区××××", address}, MaskPolicy{Address: "某省江城市东湖区荷花路1号2栋301室"}},
		{maskCase{"address from the district", "家住东湖区 荷花路１号2栋301室，荷花路1号2栋301室", "家住东湖区××××，××××", address}, MaskPolicy{Address: "某省江城市东湖区荷花路1号2栋301室"}},
		{maskCase{"address without a town", "住荷花新村3栋", "住××××", address}, MaskPolicy{Address: "荷花新村3栋"}},
		{maskCase{"address too short", "东湖区", "东湖区", nil}, MaskPolicy{Address: "东湖"}},
		{maskCase{"mail for an address", "写到 zs@mail.example 来", "写到 z**** 来", []string{MaskedMail}}, MaskPolicy{Address: "ZS@mail.example"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			checkMask(t, tt.maskCase, tt.policy)
		})
	}
}

// What is hidden is gone, in whatever way it was written.
func TestMaskedIsGone(t *testing.T) {
	t.Parallel()
	for _, tt := range numberCases(t) {
		if tt.found == nil {
			continue
		}
		got, _ := MaskText(tt.text, MaskPolicy{Numbers: true})
		digits := func(s string) string {
			var b strings.Builder
			for _, c := range newMasker(s).cells {
				if isDigit(c.r) || c.r == '*' {
					b.WriteRune(c.r)
				}
			}
			return b.String()
		}
		for run := range strings.SplitSeq(digits(got), "****") {
			if len(run) > 8 && strings.Contains(digits(tt.text), run) && !strings.Contains(tt.text, "SFJX") {
				t.Errorf("%s: %q of %q is left in %q", tt.name, run, tt.text, got)
			}
		}
	}
}

// The time per character must not grow with the length, whatever is repeated.
func TestMaskIsLinear(t *testing.T) {
	for _, piece := range []string{"1", "1 ", "42010619900101123", "138 1234 ", "a@", "@a.b", "我叫", "本人 ", "姓名：", "敬礼\n", "张三", "张 ", "我是职工", "-****", "\n"} {
		p := MaskPolicy{Numbers: true, Introductions: true, Names: []string{"张三张三张三王"}, Address: "张三张三张三张三王"}
		checkLinear(t, 1_000, 10, func(n int) func() {
			text := strings.Repeat(piece, n)
			return func() { MaskText(text, p) }
		})
	}
}

func FuzzMaskText(f *testing.F) {
	for _, tt := range numberCases(f) {
		f.Add(tt.text, "张三", "某市东湖区荷花路1号")
	}
	for _, s := range []string{"我叫张三，本人李四 电话：8765 4321", "姓名：John 1****@a.bc", "敬礼\n张三 李四\n2024", "被举报人：张三", "86 138", "+86138****5678", "6217 ****1234"} {
		f.Add(s, "john", "住 址 四 字")
	}
	f.Fuzz(func(t *testing.T, text, name, address string) {
		p := MaskPolicy{Numbers: true, Names: []string{name}, Address: address, Introductions: true}
		once, found := MaskText(text, p)
		if (once != text) != (found != nil) && once != text {
			t.Fatalf("MaskText(%q) = %q without a word", text, once)
		}
		for _, k := range found {
			if !slices.Contains(maskedKinds, k) {
				t.Fatalf("unknown kind %q", k)
			}
		}
		if twice, _ := MaskText(once, p); twice != once {
			t.Fatalf("MaskText twice (%q, %q)\n of %q\n 1: %q\n 2: %q", name, address, text, once, twice)
		}
	})
}

func BenchmarkMaskText(b *testing.B) {
	text := strings.Repeat("尊敬的领导：我叫刘建国，电话13812345678，小区停电三天了，没有人来修。打了12345也没有用，请你们管一管。\n", 30)
	p := MaskPolicy{Numbers: true, Introductions: true, Names: []string{"刘建国"}}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		MaskText(text, p)
	}
}

// Texts thrown together from what masking looks at, to try what one span does
// to its neighbours.
func TestMaskTwice(t *testing.T) {
	t.Parallel()
	pieces := []string{" ", " ", "-", "(", ")", ".", "，", "。", "\n", "：", ":", "*", "****", "××", "@", "mail.example", "@b.example", "1", "86", "+86", "0086", "0", "138", "1381", "2345",
		"12345678", "13812345678", "027", "87654321", "8765", "400", "转", "802", "X", "x", "a", "Zhang", "电话", "身份证号", "卡号", "查询码", "元", "¥", "SFJX-2026-000123",
		"我叫", "我是", "本人", "姓名", "举报人", "被举报人", "敬礼", "张三", "张", "三", "李小明", "欧阳", "和", "的", "妻子", "系", "职工", "2024年5月1日", "王 五", "、", "东湖区", "荷花路", "1号",
		identityOf(t, "42010619900101123"), identityOf(t, "11010119850215001")[:17], cardOf(t, "621700123456789012"), cardOf(t, "401234567890123"), "420106900101123"}
	p := MaskPolicy{Numbers: true, Introductions: true, Names: []string{"张三", "zhang a", "李张"}, Address: "某市东湖区荷花路1号"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 8_000 {
		var b strings.Builder
		for range 2 + random.IntN(12) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		text := b.String()
		once, found := MaskText(text, p)
		if twice, _ := MaskText(once, p); twice != once {
			t.Fatalf("of %q\n 1: %q %q\n 2: %q", text, once, found, twice)
		}
	}
}
