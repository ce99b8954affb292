package rules

// sampleDivisions are the divisions that the built-in rules route to, with the
// names that the sample configuration gives them.
var sampleDivisions = []struct{ id, name string }{
	{"office", "办公室"},
	{"economy", "经济运行处"},
	{"power", "电力处"},
	{"energy", "能源与节能处"},
	{"transport", "交通与物流处"},
	{"investment", "投资与技术改造处"},
	{"sme", "中小企业处"},
	{"environment", "资源综合利用与环保处"},
	{"telecom", "通信与无线电处"},
	{"software", "软件与信息服务处"},
	{"equipment", "装备工业处"},
	{"materials", "原材料工业处"},
	{"consumer", "消费品工业处"},
	{"medicine", "医药工业处"},
	{"safety", "安全生产处"},
	{"foreign", "对外经济合作处"},
	{"finance", "财务与金融协调处"},
	{"law", "政策法规处"},
	{"personnel", "人事与离退休处"},
	{"petition", "信访与国企改革处"},
	{"supervision", "监察室"},
}

// sampleNames are the names of the sample configuration.
func sampleNames() Names {
	n := Names{Mailboxes: []string{"director", "report", "portal", "burden", "consult", "desk"}}
	for _, d := range sampleDivisions {
		n.Divisions = append(n.Divisions, d.id)
	}
	return n
}
