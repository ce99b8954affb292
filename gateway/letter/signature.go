package letter

import (
	"regexp"
	"strings"
)

// device are the words for telephones and mail programs.
const device = `(?:iphone|ipad|ipod|mac(?:book)?|apple|android|安卓|手机|手機|平板|移动设备|移动客户端|客户端|客戶端|电脑|hua ?wei|hauwei|华为|華為|鸿蒙|harmonyos|mate|荣耀|榮耀|honor|小米|红米|xiaomi|redmi|mi|` +
	`oppo|vivo|realme|一加|oneplus|三星|samsung|galaxy|魅族|meizu|中兴|zte|联想|lenovo|努比亚|诺基亚|nokia|blackberry|黑莓|索尼|pixel|windows|outlook|foxmail|网易|126|163|yeah|qq|腾讯|微信|wechat|` +
	`企业微信|钉钉|钉邮|天翼|bluemail|dingtalk|阿里|aliyun|新浪|sina|搜狐|sohu|139|189|中国移动|中国联通|中国电信|移动|联通|电信|沃|yahoo|雅虎|gmail|hotmail|coremail|论客|263|21cn|飞书|wps|k-9|thunderbird|雷鸟|spark|proton|mail|邮箱|郵箱)`

// deviceLine is what mail programs put under a mail by themselves. Between the
// device and the line's end stand only words of its kind: "来自移动公司的骚扰" is a
// complaint.
var deviceLine = regexp.MustCompile(`(?i)^[\s>*·|【\[（(—–-]*(?:发自|發自|寄自|发送自|發送自|傳送自|来自|來自|已?(?:使用|通过|[从從由用])|在\s?(?:我的\s?)?[A-Za-z]\w{1,11}\s?\S{0,4}上[从用])\s?(?:我的|于|新版)?\s*` + device +
	`(?:[\s\w<>()（）/:.+™®-]|` + device + `|我的|自我的|适配版|版|智能|大师|大師|安全邮件|电子邮件|的?邮件|的?郵件|的|应用|专属|商务|企业|个人|免费|设备|系列|云通信|青春|至尊|畅享|云|使用|发送|發送|傳送|发出|定制)*[。.]?(?:\s?请原谅.{0,4}简短。?)?[】\]）)]?$|` +
	`^[\s>*·|-]*(?:发自|發自)我的[^\s，。；：,;:心]{1,20}(?:手机|平板|电脑|客户端|邮箱)$`)

// sentLine is the same in other languages and without a device. It stands apart
// since a larger deviceLine would be matched in much larger working memory.
var sentLine = regexp.MustCompile(`(?i)` +
	`^[\s-]*该邮件[从由]移动设备发送.{0,6}$|^.{0,12}から送信$|^.{0,16}에서 보냄$|` +
	`^[\s<(]*(?:sent (?:from|via|with|by)|get (?:outlook|bluemail) for|(?:获取|下载|取得)\s*(?:适用于|適用於)?.{0,24}(?:outlook|bluemail)|télécharger outlook pour|gesendet (?:von|mit)|enviado desde|envoyé (?:de|à partir de)|enviado do meu|von meinem|inviato da|отправлено (?:с|из)|skickat från|sendt fra|verstuurd vanaf|verzonden (?:vanaf|met)|wysłane z).{0,60}$|^\s*diese nachricht wurde von .{1,60} gesendet\.?$|` +
	`^[\s|]*(?:本邮件|此邮件)?(?:由|来自).{0,12}(?:邮箱大师|邮箱客户端|手机邮箱).{0,10}$|^.{0,8}签名由.{0,20}定制.{0,8}$|^\s*\|?\s*签名由\s*网易.{0,20}$|^[\s|]*signature is customized by .{0,30}$`)

// deviceOf says whether a line is one that mail programs put under a mail.
func deviceOf(t string) bool {
	if strings.HasPrefix(t, "在") && !strings.Contains(t, "上") {
		return false // 在 某某 上用…: attributions begin with the first word too
	}
	return mayDevice(t) && (deviceLine.MatchString(t) || sentLine.MatchString(t))
}

// contact is what a block of contact data under a mail holds.
var contact = regexp.MustCompile(`(?i)电话|手机|邮箱|地址|传真|邮编|tel\b|tel[:：]|phone|mobile|fax|e-?mail|[\w.+-]+@[\w-]+\.[\w.]+|1[3-9]\d{9}|0\d{2,3}-\d{7,8}|公司|有限|处\s*$|科\s*$|委员会|部\s*$`)

// cutSignature takes the signature off the end of the writer's lines. history
// says that quoted history follows them.
func cutSignature(own []string, history bool) (text, sign []string) {
	own = trimEnd(own)
	if at := disclaimer(own); at >= 0 {
		own, sign = trimEnd(own[:at]), own[at:]
	}
	if at := signatureStart(own, history); at >= 0 {
		own, sign = own[:at], append(append([]string{}, own[at:]...), sign...)
		// A device line may stand above the delimiter too.
		if more := trailingDevice(own); more >= 0 {
			sign = append(append([]string{}, own[more:]...), sign...)
			own = own[:more]
		}
	}
	return own, sign
}

func trimEnd(lines []string) []string {
	// QUIRK: QQ Mail leaves "&nbsp;" in the plain text it makes.
	for len(lines) > 0 && trimSpace(strings.ReplaceAll(lines[len(lines)-1], "&nbsp;", "")) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// disclaims are the openings of what firms put under every mail.
var disclaims = regexp.MustCompile(`(?i)^[\s*]*(?:(?:(?:重要|特别|法律|郑重)?(?:声明|提示|提醒)\s*[:：]\s*)?(?:本|此|这封|该)(?:电子)?(?:邮件|郵件|信件|e-?mail)(?:及|和|与|中|所|可能|包含|含有|包括|内容|仅|为|（).{0,120}(?:收件人|误收|错误收到|特定|仅限于?(?:发送|收件|指定|上)|未经|禁止|专有|法律保护|免责)|(?:免责|保密)(?:声明|条款)\s*[:：]?|` +
	`confidentiality notice|disclaimer\b|(?:this|the) (?:e-?mail|message|communication|information|transmission).{0,120}(?:confidential|privileged|intended (?:only|solely|recipient)))`)

// disclaimerLines is how long a disclaimer may be.
const disclaimerLines = 12

// disclaimer is the line at which a disclaimer at the end begins, or -1. It must
// be set apart from what the writer wrote.
func disclaimer(own []string) int {
	for i := max(1, len(own)-disclaimerLines); i < len(own); i++ {
		if above := trimSpace(own[i-1]); (above == "" || ruler(above)) && mayDisclaim(own[i]) && disclaims.MatchString(own[i]) {
			if ruler(above) {
				i--
			}
			return i
		}
	}
	return -1
}

// delimiter is the line "-- " (RFC 3676 section 4.3), or -1. Its blank is often
// lost; without it the line may also be a rule between a writer's paragraphs.
func delimiter(own []string, history bool) int {
	at, bare := -1, 0
	for i, l := range own {
		if l == "-- " {
			return i
		}
		if len(own)-i <= 20 && trimSpace(l) == "--" {
			at = i
			bare++
		}
	}
	if bare > 1 && !cards(own[at+1:]) || !history && trimSpace(strings.Join(own[:max(at, 0)], "")) == "" {
		return -1
	}
	return at
}

// signatureStart is the line where the signature begins, or -1.
func signatureStart(own []string, history bool) int {
	if at := delimiter(own, history); at >= 0 {
		return at
	}
	if at := trailingDevice(own); at >= 0 {
		return at
	}
	if at := barredCard(own); at >= 0 {
		return at
	}
	if at := ruledContact(own, history); at >= 0 || !history {
		return at
	}
	if at := foxmailCard(own); at >= 0 {
		return at
	}
	return spacedContact(own)
}

var (
	loneAddress = regexp.MustCompile(`^\s*[\w.+-]+@[\w.-]+\.\w+\s*$`)
	loneLogin   = regexp.MustCompile(`^\s*[A-Za-z][\w.-]{1,23}\s*$`)
	loneDate    = regexp.MustCompile(`^\s*\d{4}-\d{2}-\d{2}\s*$`)
)

// foxmailCard is where Foxmail's own signature begins right above the history, or
// -1: nothing but the sender's address, or a login name and the date.
func foxmailCard(own []string) int {
	at := len(own) - 1
	if at > 0 && loneDate.MatchString(own[at]) && (loneLogin.MatchString(own[at-1]) || loneAddress.MatchString(own[at-1])) {
		at--
	} else if at < 0 || !loneAddress.MatchString(own[at]) {
		return -1
	}
	if at > 0 && trimSpace(own[at-1]) != "" {
		return -1
	}
	if above := trimEnd(own[:at]); len(above) > 0 {
		if t := trimSpace(above[len(above)-1]); strings.HasSuffix(t, "：") || strings.HasSuffix(t, ":") {
			return -1 // what the writer names there
		}
	}
	return at
}

var (
	// cardLine is a line of nothing but contact data: a name, an office, an address.
	cardLine = regexp.MustCompile(`(?i)^\s*(?:\p{Han}{2,4}|\p{Han}[ \x{3000}]\p{Han}|[\w.+-]+@[\w.-]+\.\w+|\S{2,24}(?:处|科|室|局|厅|部|委|委员会|公司|中心|办|办公室|街道|集团|大队|学校|医院)|(?:电话|手机|邮箱|地址|传真|邮编|网址|联系电话|联系方式|tel|phone|mobile|fax|e-?mail|mail|add|web|qq|微信)\s*[:：.].{2,60}|[\d\s()（）+-]{7,24}|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)\s*$`)

	// polite are short answers that could be names.
	polite = regexp.MustCompile(`^\s*(?:同意|批准|收到|签收|已阅|谢谢|好的|可以|不同意|已办结?|退回|满意|不满意|基本满意|撤回|确认|属实|照办|请办理|尽快办理|明天|今天|昨天|下周.?|没有|不是|知道了|已处理|已解决|此致|敬礼)\s*$`)
)

// cardLength is how many lines such a block may have.
const cardLength = 6

// spacedContact finds contact data set off by two empty lines or more right above
// the history. QUIRK: Foxmail's plain text draws no rule above its signature.
func spacedContact(own []string) int {
	at := len(own)
	for at > 0 && trimSpace(own[at-1]) != "" {
		at--
		if len(own)-at > cardLength || len(own[at]) > 200 || !cardLine.MatchString(own[at]) || polite.MatchString(own[at]) {
			return -1
		}
	}
	if at == len(own) || at < 2 || trimSpace(own[at-1]) != "" || trimSpace(own[at-2]) != "" {
		return -1
	}
	return at
}

// linkTail is the address that the text of a link is followed by.
var linkTail = regexp.MustCompile(`\s*[<(\[]https?://[^\s<>()\[\]]*[>)\]]`)

func withoutLinks(t string) string {
	if !strings.Contains(t, "http") {
		return t
	}
	return linkTail.ReplaceAllString(t, "")
}

// deviceLines is how many lines at the end may be such lines and their cards.
const deviceLines = 200

// trailingDevice finds device lines at the end.
func trailingDevice(own []string) int {
	at := -1
	for i := len(own) - 1; i >= max(0, len(own)-deviceLines); i-- {
		t := trimSpace(own[i])
		switch {
		case t == "":
		case strings.Trim(t, "| ") == "":
			if at >= 0 {
				at = i
			}
		case len(t) < 300 && mayDevice(t) && deviceOf(withoutLinks(t)):
			at = i
			if strings.Contains(t, "签名由") {
				// QUIRK: NetEase Master's card is a table without bars in HTML.
				at = cardAbove(own, i)
				i = at
			}
		case at >= 0 && tableRow(own, i):
			// QUIRK: NetEase's signature card is a table that turns into bars.
			at = i
		default:
			return at
		}
	}
	return at
}

// cardAbove is where the contact data right above line i begin, or i.
func cardAbove(own []string, i int) int {
	at := i
	for at > 0 && len(own[at-1]) <= 80 && cardLine.MatchString(own[at-1]) && !polite.MatchString(own[at-1]) {
		at--
	}
	if !contact.MatchString(strings.Join(own[at:i], "\n")) {
		return i
	}
	return at
}

// barredCard is where a card begins whose table has turned into bars, whether or
// not its program names itself below, or -1.
func barredCard(own []string) int {
	own = trimEnd(own)
	bars := func(i int) bool { return strings.Trim(own[i], "| ") == "" && strings.Contains(own[i], "|") }
	if len(own) == 0 || !bars(len(own)-1) {
		return -1
	}
	at := -1
	for i := len(own) - 1; i >= 0 && i > len(own)-20 && len(own[i]) <= 80; i-- {
		if trimSpace(own[i]) == "| |" {
			at = i
		} else if at >= 0 && !bars(i) {
			break
		}
	}
	return at
}

// tableRow says whether line i is part of a signature card drawn with bars.
func tableRow(own []string, i int) bool {
	t := trimSpace(own[i])
	if strings.HasPrefix(t, "|") {
		return true
	}
	if len(t) > 80 || i == 0 {
		return false
	}
	for j := i - 1; j >= 0 && j > i-4; j-- {
		if s := trimSpace(own[j]); s != "" && strings.Trim(s, "| ") == "" {
			return true
		}
	}
	return false
}

// ruledContact finds a drawn rule near the end with contact data below it.
func ruledContact(own []string, history bool) int {
	first := 1
	if history {
		first = 0 // nothing but a signature above the history
	}
	for i := len(own) - 1; i >= first && i >= len(own)-14; i-- {
		t := trimSpace(own[i])
		if rule := ruler(t) && len(t) >= 5 || t == "---" && cards(own[i+1:]) && contact.MatchString(strings.Join(own[i+1:], "\n")); !rule {
			if len(t) > 120 {
				return -1
			}
			continue
		}
		below := own[i+1:]
		if contact.MatchString(strings.Join(below, "\n")) || history && cards(below) {
			return i
		}
		return -1
	}
	return -1
}

// cards says whether lines hold nothing but contact data.
func cards(lines []string) bool {
	for _, l := range lines {
		if trimSpace(l) != "" && !cardLine.MatchString(l) {
			return false
		}
	}
	return true
}
