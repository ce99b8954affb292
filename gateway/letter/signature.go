package letter

import (
	"regexp"
	"strings"
)

// deviceLine is what mail programs put under a mail by themselves.
var deviceLine = regexp.MustCompile(`(?i)^[\s>*·-]*(发自|發自|寄自|发送自|傳送自|从我的|從我的|来自我?的?|由我的|通过|用我的)\s?(我的|网易|新浪|搜狐|QQ|小米|华为|荣耀|vivo|oppo|iphone|ipad|android|手机|139|189|outlook|foxmail|移动|阿里|钉钉|企业微信|微信|yahoo|mail|windows|hauwei|huawei|mi|samsung|三星|魅族|中国移动|联通|电信).{0,40}$|` +
	`^\s*(sent from|sent via|sent with|get outlook for|获取\s*outlook|下载\s*outlook|取得\s*outlook|enviado desde|envoyé de|von meinem).{0,60}$|` +
	`^\s*(本邮件|此邮件)?(由|来自).{0,12}(邮箱大师|邮箱客户端|手机邮箱).{0,10}$|^.{0,8}签名由.{0,20}定制.{0,8}$|^\s*\|?\s*签名由.*$`)

// contact is what a block of contact data under a mail holds.
var contact = regexp.MustCompile(`(?i)电话|手机|邮箱|地址|传真|邮编|tel\b|tel[:：]|phone|mobile|fax|e-?mail|[\w.+-]+@[\w-]+\.[\w.]+|1[3-9]\d{9}|0\d{2,3}-\d{7,8}|公司|有限|处\s*$|科\s*$|委员会|部\s*$`)

// cutSignature takes the signature off the end of the writer's lines.
func cutSignature(own []string) (text, sign []string) {
	for len(own) > 0 && strings.TrimSpace(own[len(own)-1]) == "" {
		own = own[:len(own)-1]
	}
	if at := signatureStart(own); at >= 0 {
		own, sign = own[:at], own[at:]
		// A device line may stand above the delimiter too.
		if more := trailingDevice(own); more >= 0 {
			sign = append(append([]string{}, own[more:]...), sign...)
			own = own[:more]
		}
	}
	return own, sign
}

// signatureStart is the line where the signature begins, or -1.
func signatureStart(own []string) int {
	// RFC 3676 section 4.3: "-- " alone on its line; its blank is often lost.
	for i, l := range own {
		if l == "-- " || strings.TrimSpace(l) == "--" && len(own)-i <= 20 {
			return i
		}
	}
	if at := trailingDevice(own); at >= 0 {
		return at
	}
	return ruledContact(own)
}

// trailingDevice finds device lines at the end.
func trailingDevice(own []string) int {
	at := -1
	for i := len(own) - 1; i >= 0; i-- {
		t := strings.TrimSpace(own[i])
		switch {
		case t == "":
		case strings.Trim(t, "| ") == "":
			if at >= 0 {
				at = i
			}
		case deviceLine.MatchString(t):
			at = i
		case at >= 0 && tableRow(own, i):
			// QUIRK: NetEase's signature card is a table that turns into bars.
			at = i
		default:
			return at
		}
	}
	return at
}

// tableRow says whether line i is part of a signature card drawn with bars.
func tableRow(own []string, i int) bool {
	t := strings.TrimSpace(own[i])
	if strings.HasPrefix(t, "|") {
		return true
	}
	if len(t) > 80 || i == 0 {
		return false
	}
	for j := i - 1; j >= 0 && j > i-4; j-- {
		if s := strings.TrimSpace(own[j]); s != "" && strings.Trim(s, "| ") == "" {
			return true
		}
	}
	return false
}

// ruledContact finds a drawn rule near the end with contact data below it.
func ruledContact(own []string) int {
	for i := len(own) - 1; i > 0 && i >= len(own)-14; i-- {
		t := strings.TrimSpace(own[i])
		if !ruler(t) || len(t) < 5 {
			if len(t) > 120 {
				return -1
			}
			continue
		}
		if contact.MatchString(strings.Join(own[i+1:], "\n")) || strings.TrimSpace(strings.Join(own[i+1:], "")) == "" {
			return i
		}
		return -1
	}
	return -1
}
