package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"xinfangd/gateway/authority"
	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// personCmd is the people of the roster.
type personCmd struct {
	OTP personOTPCmd `cmd:"" name:"otp" help:"给名册中的人登记动态口令，打印二维码"`
}

type personOTPCmd struct {
	Replace bool   `help:"已经登记过的，换成新的（旧的随即失效）"`
	Address string `arg:"" name:"address" placeholder:"邮箱地址" help:"名册中的邮箱地址"`
}

// enrolled is the JSON of person otp.
type enrolled struct {
	Address  string `json:"address"`
	Name     string `json:"name"`
	URI      string `json:"uri"`
	Replaced bool   `json:"replaced"`
}

func (c personOTPCmd) Run(s *shell) error {
	r, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	posts := r.config.Roster().Posts(c.Address)
	if len(posts) == 0 {
		return unusable("%q 不在名册中", clean(c.Address))
	}
	person := posts[0].Person
	address := strings.ToLower(strings.TrimSpace(person.Address))
	secret, uri, err := authority.Enrol(r.config.Office.Name, address)
	if err != nil {
		return err
	}
	qr, err := authority.QR(uri)
	if err != nil {
		return err
	}
	out := enrolled{Address: address, Name: person.Name, URI: uri}
	err = r.Update(s.ctx, s.now(), func(tx *store.Tx) error {
		// A secret that cannot be read any more, for instance because the key is
		// another one, is there all the same.
		_, err := tx.OTPSecret(address)
		out.Replaced = !errors.Is(err, store.ErrNotFound)
		if err != nil && out.Replaced && !errors.Is(err, store.ErrDamaged) {
			return err
		}
		if out.Replaced && !c.Replace {
			return store.ErrTaken
		}
		if err := tx.SetOTPSecret(address, secret); err != nil {
			return err
		}
		facts, err := json.Marshal(map[string]any{"otp": address, "replaced": out.Replaced})
		if err != nil {
			return fmt.Errorf("encode facts: %w", err)
		}
		_, err = tx.Append(store.Entry{Actor: petition.System(), Kind: petition.EvNoted, Text: "登记动态口令", Data: facts})
		return err
	})
	if errors.Is(err, store.ErrTaken) {
		return wrong("%s 已经登记过动态口令；手机遗失或更换时用 --replace 换新的", clean(address))
	}
	if err != nil {
		return err
	}
	return s.print(out, func(w io.Writer) {
		fmt.Fprintf(w, "%s（%s）：用手机的身份验证器扫描下面的二维码，或手工输入密钥 URI\n\n%s\n%s\n\n", clean(out.Name), clean(out.Address), qr, out.URI)
		fmt.Fprintln(w, "这是口令的密钥，只给本人看，看后请清屏。之后在指令动词后面空一格写六位口令，例如：批准 123456")
	})
}
