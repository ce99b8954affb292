package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"xinfangd/configs"
	"xinfangd/gateway/desk"
	"xinfangd/gateway/letter"
	"xinfangd/gateway/practice"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	_, path := startOffice(t, practice.Setup{})
	c := load(t, path)
	own := c.SMTP
	c.Mailboxes[0].SMTP = &own
	s, err := Settings(c)
	if err != nil {
		t.Fatal(err)
	}
	want := []desk.Box{
		{ID: "director", Name: "主任信箱", Address: "zhuren@jxw.example", Account: "director"},
		{ID: "report", Name: "监察举报", Address: "jubao@jxw.example", Confidential: true, Division: "supervision"},
		{ID: "portal", Name: "公众诉求信箱", Address: "suqiu@jxw.example", Form: letter.FormFields{
			"name": {"姓名"}, "phone": {"联系电话"}, "email": {"电子邮箱"}, "subject": {"标题"}, "body": {"内容"}}},
		{ID: "burden", Name: "企业负担投诉", Address: "jianfu@jxw.example"},
		{ID: "consult", Name: "公众咨询", Address: "zixun@jxw.example"},
		{ID: "desk", Name: "网上信访工作信箱", Address: "wsxf@jxw.example", Work: true},
	}
	if diff := cmp.Diff(want, s.Boxes); diff != "" {
		t.Errorf("boxes (-want +got):\n%s", diff)
	}
	if s.Domain != "jxw.example" || s.Authority.MessageIDDomain != "jxw.example" {
		t.Errorf("domain %q and %q", s.Domain, s.Authority.MessageIDDomain)
	}
	if diff := cmp.Diff([]string{"wsxf@jxw.example"}, s.Authority.PlusAddresses); diff != "" {
		t.Errorf("plus addresses (-want +got):\n%s", diff)
	}
	if len(s.Authority.OwnAddresses) != len(want) {
		t.Errorf("own addresses %v", s.Authority.OwnAddresses)
	}
	if s.Policy.Calendar == nil || s.Rules == nil || s.Templates == nil || len(s.Shifts) == 0 {
		t.Error("something was not loaded")
	}
}

func TestNeedRestart(t *testing.T) {
	t.Parallel()
	_, path := startOffice(t, practice.Setup{})
	old := load(t, path)
	for _, tt := range []struct {
		name   string
		change func(*configs.Config)
		want   []string
	}{
		{"nothing", func(*configs.Config) {}, nil},
		{"roster", func(c *configs.Config) { c.Staff.Divisions = nil }, nil},
		{"a box's folder", func(c *configs.Config) { c.Mailboxes[0].IMAP.Folder = "其他" }, []string{"mailboxes"}},
		{"the port", func(c *configs.Config) { c.SMTP.Port++ }, []string{"mailboxes", "smtp"}},
		{"the board", func(c *configs.Config) { c.HTTP.Listen = "127.0.0.1:1" }, []string{"http"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			changed := load(t, path)
			tt.change(&changed)
			if diff := cmp.Diff(tt.want, needRestart(old, changed)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
