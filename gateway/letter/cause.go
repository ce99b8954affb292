package letter

import "regexp"

var (
	// ownWords are how people speak of themselves and of what they want.
	ownWords = regexp.MustCompile(`本人|我(?:家|是|要(?:举报|投诉|反映|求)|想(?:问|反映|咨询|举报)|在|举报|投诉|反映|住|去|打|把|给|收到|现在|今年|已经|的(?:孩子|父|母|爱人|工资|房|地|问题|信|邮件|材料))|我们(?:村|小区|厂|工人|业主|家|几个|这里)|举报人|反映人|投诉人|请(?:帮忙|帮我|问|领导|局长|政府|有关部门)|我(?:公司|单位|校|村|厂)[^。\n]{0,20}(?:申请|请示|反映|请求|报告|投诉)|请[^。，,\n]{0,12}(?:查处|处理|修复|解决|审批|批复|核实|协调|派人|调查|尽快)|没有?人(?:修|管|理|处理)|尊敬的[^，。\n]{0,8}(?:领导|书记|[市县区局厅镇]长|主任)|(?:书记|市长|县长|局长|厅长)[：:]|恳请|恳求|强烈(?:要求|呼吁|建议)|希望(?:有关|相关|政府|领导|能|你们)|为什么|你们|老百姓|扰民|拖欠|盼复|望(?:领导|尽快)|此致\s*敬礼|` +
		`\bI(?:'m| am| have| want| need| live| paid| would like| write) |\b[Mm]y (?:house|wages|boss|family|mail|complaint|parcel|car|son|daughter|village)\b`)

	// noticeWords are how programs speak to people.
	noticeWords = regexp.MustCompile(`(?i)请勿(?:直接)?回复|系统(?:自动)?(?:发送|发出|生成)|自动(?:发送|发出)|验证码|尊敬的(?:用户|客户|会员|顾客)|您有[^。\n]{0,6}(?:条|个|封|项)|您(?:的|所?发送|发往|发给|发)[^。\n]{0,30}邮件|退信原因|您的(?:订单|账户|账号|帐号|包裹|快递|账单|信用卡|密码|余额)|点击(?:此处|这里|链接|下方|以下)|do not reply|automatically generated|your (?:account|order|password|subscription)|you are receiving this`)

	// citedWords are those of a program that a person complains of.
	citedWords = regexp.MustCompile(`“[^”\n]{0,300}”`)

	// offerWords are those of newsletters, which people use too.
	offerWords = regexp.MustCompile(`(?i)退订|订阅|unsubscribe|查看详情|优惠|促销|特价|折扣|限时|抢购|会员|立即|客服|简报|周刊|月刊|本期|newsletter`)

	// publicWords are what letters to an office are about.
	publicWords = regexp.MustCompile(`[？?]|请|希望|建议|要求|领导|部门|政府|百姓|群众|居民|市民|村民|农民|职工|工人|学生|老师|家长|医院|小区|[乡镇村]`)

	// formLabels are what web forms put before a person's data and words.
	formWho  = regexp.MustCompile(`(?im)^[\s|*]*(?:\p{Han}{0,4}(?:姓\s*名|联系人|来信人|写信人|信访人|举报人|投诉人|反映人|留言人|申请人|联系方式|电\s*话|手\s*机号?码?|身份证号?码?)|(?:your |full )?name)\s*[:：|\t]`)
	formWhat = regexp.MustCompile(`(?im)^[\s|*]*(?:\p{Han}{0,4}(?:内\s*容|诉\s*求|描\s*述|留\s*言|事\s*项)|(?:your )?(?:message|comments?))\s*[:：|\t]`)
)

// filledIn says that the text is a web form that a person filled in: the server
// sends it under an address of its own.
func (l *Letter) filledIn() bool {
	text := l.body[:min(len(l.body), reportText)]
	return formWho.MatchString(text) && formWhat.MatchString(text)
}

// ownCause says that somebody writes on a cause of his own.
func (l *Letter) ownCause() bool {
	text := l.New[:min(len(l.New), reportText)]
	if noticeWords.MatchString(citedWords.ReplaceAllString(text, "")) {
		return l.filledIn()
	}
	// Who has an address of his own need not say so much of himself.
	return ownWords.MatchString(text) || l.filledIn() ||
		!silent(l.sender()) && len(text) > 90 && high([]byte(text)) > len(text)/2 && publicWords.MatchString(text) && !offerWords.MatchString(text)
}
