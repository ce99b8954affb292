package authority

import (
	"crypto/x509"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/smallstep/pkcs7"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// cast are the keys of everybody in the table of signatures.
type cast struct {
	now                            time.Time
	key, strangers, expired        *openpgp.Entity
	root, foreignRoot              issuer
	mine, colleague, stale, dnOnly issuer
	lookalike, foreign, own        issuer
	server, anyUse                 issuer
}

const colleague = "shyc@jxw.example"

func newCast(t testing.TB, now time.Time) cast {
	c := cast{now: now, key: pgpSigner(t, approver, now, 0), strangers: pgpSigner(t, approver, now, 0), expired: pgpSigner(t, colleague, now, time.Hour)}
	c.root, c.foreignRoot = newIssuer(t, "root", now), newIssuer(t, "root", now)
	certificate := func(by issuer, change func(*x509.Certificate)) issuer {
		template := mailCertificate(approver, now)
		change(&template)
		return by.issue(t, template)
	}
	c.mine = certificate(c.root, func(*x509.Certificate) {})
	c.colleague = certificate(c.root, func(x *x509.Certificate) { x.EmailAddresses = []string{colleague} })
	c.stale = certificate(c.root, func(x *x509.Certificate) { x.NotBefore, x.NotAfter = now.AddDate(-2, 0, 0), now.Add(30*time.Minute) })
	c.dnOnly = certificate(c.root, func(x *x509.Certificate) { x.EmailAddresses = nil })
	c.lookalike = certificate(c.root, func(x *x509.Certificate) { x.EmailAddresses = []string{"shyb@jxw.example.cn", "xshyb@jxw.example"} })
	c.foreign = certificate(c.foreignRoot, func(*x509.Certificate) {})
	c.server = certificate(c.root, func(x *x509.Certificate) { x.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	c.anyUse = certificate(c.root, func(x *x509.Certificate) { x.ExtKeyUsage = nil })
	self := mailCertificate(approver, now)
	key := newIssuer(t, approver, now)
	c.own = issuer{&self, key.key}
	c.own = key.issue(t, self)
	return c
}

const (
	quoting  = "\n在 2026年11月23日 9:00，网上信访 <wsxf@jxw.example> 写道：\n> 待审单\n> 回执码："
	approval = "批准\n" + quoting + "7Q4KM-2XD9P\n"
	typed    = "批准\n回执码：7Q4KM-2XD9P\n"
	harmless = "收到，再议。\n" + quoting + "7Q4KM-2XD9P\n"
	code     = "7Q4KM-2XD9P"
)

// mails makes every mail of the table by name.
func (c cast) mails(t testing.TB) map[string]string {
	mails := map[string]string{}
	for _, set := range []map[string]string{c.genuine(t), c.pgpForgeries(t), c.smimeForgeries(t), c.wrapped(t)} {
		for name, mail := range set {
			mails[name] = mail
		}
	}
	return mails
}

func (c cast) genuine(t testing.TB) map[string]string {
	gbk := must(simplifiedchinese.GB18030.NewEncoder().String(typed))(t)
	return map[string]string{
		"genuine-pgp-mime":         envelope(approver, code) + pgpMIME(t, plain(approval), c.key, c.now),
		"genuine-pgp-mime-typed":   envelope(approver, "") + pgpMIME(t, plain(typed), c.key, c.now),
		"genuine-pgp-alternative":  envelope(approver, code) + pgpMIME(t, multipart("alternative", "inner", "", plain(approval), "Content-Type: text/html; charset=utf-8\n\n<p>approve</p>\n"), c.key, c.now),
		"genuine-pgp-footer":       envelope(approver, code) + multipart("mixed", "outer", "", pgpMIME(t, plain(approval), c.key, c.now), plain("此邮件已经杀毒。\n")),
		"genuine-pgp-no-header":    envelope(approver, code) + pgpMIME(t, "\napprove\n"+quoting+"7Q4KM-2XD9P\n", c.key, c.now),
		"genuine-clear":            envelope(approver, code) + plain(pgpClear(t, approval, c.key, c.now)),
		"genuine-clear-dashes":     envelope(approver, code) + plain(pgpClear(t, "批准\n\n-- \n审核员\n"+quoting+"7Q4KM-2XD9P\n", c.key, c.now)),
		"genuine-clear-gbk-base64": envelope(approver, "") + "Content-Type: text/plain; charset=gbk\nContent-Transfer-Encoding: base64\n\n" + folded([]byte(pgpClear(t, gbk, c.key, c.now))),
		"genuine-clear-mislabeled": envelope(approver, "") + "Content-Type: text/plain; charset=utf-7\nContent-Transfer-Encoding: 8bit\n\n" + pgpClear(t, typed, c.key, c.now),
		"genuine-clear-attachment": envelope(approver, code) + multipart("mixed", "outer", "", plain(pgpClear(t, approval, c.key, c.now)), "Content-Type: application/pdf\nContent-Disposition: attachment; filename=a.pdf\n\n%PDF\n"),
		"genuine-smime":            envelope(approver, code) + smime(t, plain(approval), c.mine),
		"genuine-smime-opaque":     envelope(approver, "") + opaque(cms{opaque: true}.sign(t, canonical([]byte(plain(typed))), c.mine)),
		"genuine-without-code":     envelope(approver, "") + pgpMIME(t, plain("批准 123\n"), c.key, c.now),
	}
}

func (c cast) pgpForgeries(t testing.TB) map[string]string {
	good := pgpMIME(t, plain(approval), c.key, c.now)
	old := pgpMIME(t, plain(harmless), c.key, c.now)
	_, tail, _ := strings.Cut(old, "--pgp-b\nContent-Type: application/pgp-signature")
	clear := pgpClear(t, approval, c.key, c.now)
	entity := plain(approval)
	return map[string]string{
		"unsigned":                envelope(approver, code) + plain(approval),
		"pgp-wrong-key":           envelope(approver, code) + pgpMIME(t, plain(approval), c.strangers, c.now),
		"pgp-expired-key":         envelope(colleague, "AAAAA-AAAAA") + pgpMIME(t, plain("批准\n"+quoting+"AAAAA-AAAAA\n"), c.expired, c.now.Add(-23*time.Hour-30*time.Minute)),
		"pgp-key-of-a-colleague":  envelope(colleague, "AAAAA-AAAAA") + pgpMIME(t, plain("批准\n"+quoting+"AAAAA-AAAAA\n"), c.key, c.now),
		"pgp-from-tomorrow":       envelope(approver, code) + pgpMIME(t, plain(approval), c.key, c.now.AddDate(0, 0, 1)),
		"pgp-two-signatures":      envelope(approver, code) + multipart("signed", "pgp-b", pgpParams, entity, pgpPart(pgpSign(t, canonical([]byte(entity)), c.now, c.strangers, c.key))),
		"pgp-other-text":          envelope(approver, code) + strings.Replace(old, "收到，再议。", "批准", 1),
		"pgp-text-added":          envelope(approver, code) + strings.Replace(good, "\n批准\n", "\n批准\n批准 124\n", 1),
		"pgp-charset-changed":     envelope(approver, code) + strings.Replace(good, "charset=utf-8", "charset=gbk", 1),
		"pgp-signature-elsewhere": envelope(approver, code) + multipart("signed", "pgp-b", pgpParams, plain(approval), "Content-Type: application/pgp-signature"+strings.TrimSuffix(tail, "\n--pgp-b--\n")),
		"pgp-three-parts":         envelope(approver, code) + multipart("signed", "pgp-b", pgpParams, entity, plain("批准 124\n"), pgpPart(pgpSign(t, canonical([]byte(entity)), c.now, c.key))),
		"pgp-unclosed":            envelope(approver, code) + strings.TrimSuffix(good, "--pgp-b--\n"),
		"pgp-boundary-again":      envelope(approver, code) + good + "--pgp-b\n" + plain("批准 124\n") + "--pgp-b--\n",
		"pgp-protocol-of-smime":   envelope(approver, code) + strings.Replace(good, "protocol=\"application/pgp-signature\"", "protocol=\"application/pkcs7-signature\"", 1),
		"pgp-signature-as-text":   envelope(approver, code) + strings.Replace(good, "Content-Type: application/pgp-signature", "Content-Type: text/plain", 1),
		"pgp-without-code":        envelope(approver, code) + pgpMIME(t, plain("批准\n"), c.key, c.now),
		"pgp-other-code":          envelope(approver, code) + pgpMIME(t, plain("批准\n"+quoting+"TTTTT-TTTTT\n"), c.key, c.now),
		"pgp-used-code":           envelope(approver, "") + pgpMIME(t, plain("批准\n回执码：SSSSS-SSSSS\n"), c.key, c.now),
		"pgp-unauthenticated":     strings.Replace(envelope(approver, code), "dmarc=pass", "dmarc=fail", 1) + good,
		"pgp-empty-signature":     envelope(approver, code) + multipart("signed", "pgp-b", pgpParams, entity, pgpPart(nil)),
		"clear-wrong-key":         envelope(approver, code) + plain(pgpClear(t, approval, c.strangers, c.now)),
		"clear-other-text":        envelope(approver, code) + plain(strings.Replace(pgpClear(t, harmless, c.key, c.now), "收到，再议。", "批准", 1)),
		"clear-command-above":     envelope(approver, code) + plain("批准\n\n"+pgpClear(t, harmless, c.key, c.now)),
		"clear-command-below":     envelope(approver, code) + plain(pgpClear(t, harmless, c.key, c.now)+"\n批准\n"),
		"clear-reply-above":       envelope(approver, code) + plain("先放一放。\n\n-----Original Message-----\n"+clear),
		"clear-quoted":            envelope(approver, code) + plain("批准\n\n> "+strings.ReplaceAll(clear, "\n", "\n> ")),
		"clear-in-header-lines":   envelope(approver, code) + plain(strings.Replace(pgpClear(t, harmless, c.key, c.now), "\nHash:", "\n批准\nHash:", 1)),
		"clear-attached":          envelope(approver, code) + strings.Replace(plain(clear), "\n\n", "\nContent-Disposition: attachment; filename=a.txt\n\n", 1),
		"clear-code-beside":       envelope(approver, "") + plain(pgpClear(t, "批准\n", c.key, c.now)+"\n回执码：7Q4KM-2XD9P\n"),
		"clear-code-in-subject":   strings.Replace(envelope(approver, code), "Subject: ", "Subject: 7Q4KM-2XD9P ", 1) + plain(pgpClear(t, "批准\n", c.key, c.now)),
	}
}

func (c cast) smimeForgeries(t testing.TB) map[string]string {
	entity := plain(approval)
	signed := canonical([]byte(entity))
	detached := func(der []byte) string {
		return envelope(approver, code) + multipart("signed", "smime-b", smimeParams, entity, smimePart(der))
	}
	by := func(signers ...issuer) string { return envelope(approver, code) + smime(t, entity, signers...) }
	changed := cms{opaque: true}.sign(t, canonical([]byte(plain(harmless))), c.mine)
	at := strings.Index(string(changed), "收到")
	copy(changed[at:], "批准")
	return map[string]string{
		"smime-expired":         strings.Replace(by(c.stale), "<made@", "<made-expired@", 1),
		"smime-colleague":       by(c.colleague),
		"smime-name-only":       by(c.dnOnly),
		"smime-lookalike":       by(c.lookalike),
		"smime-foreign-root":    by(c.foreign),
		"smime-own-root":        by(c.own),
		"smime-server-usage":    by(c.server),
		"smime-no-usage":        by(c.anyUse),
		"smime-two-signers":     by(c.mine, c.colleague),
		"smime-other-text":      envelope(approver, code) + strings.Replace(smime(t, plain(harmless), c.mine), "收到，再议。", "批准", 1),
		"smime-without-code":    envelope(approver, code) + smime(t, plain("批准\n"), c.mine),
		"smime-with-content":    detached(cms{opaque: true}.sign(t, canonical([]byte(plain(harmless))), c.mine)),
		"smime-sha1":            detached(cms{digest: pkcs7.OIDDigestAlgorithmSHA1}.sign(t, signed, c.mine)),
		"smime-no-attributes":   detached(cms{bare: true}.sign(t, signed, c.mine)),
		"smime-no-signers":      detached(cms{}.sign(t, signed)),
		"smime-rubbish":         detached([]byte("no DER at all")),
		"smime-opaque-changed":  envelope(approver, code) + opaque(changed),
		"smime-opaque-detached": envelope(approver, code) + opaque(cms{}.sign(t, signed, c.mine)),
		"smime-opaque-other":    envelope(approver, code) + opaque(cms{opaque: true}.sign(t, signed, c.foreign)),
	}
}

// wrapped are good signatures in places where they prove nothing.
func (c cast) wrapped(t testing.TB) map[string]string {
	old, good := pgpMIME(t, plain(harmless), c.key, c.now), pgpMIME(t, plain(approval), c.key, c.now)
	message := "Content-Type: message/rfc822\n\n" + envelope(approver, code) + good
	encoded := "Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString([]byte(good)) + "\n"
	return map[string]string{
		"command-above-signed":  envelope(approver, code) + multipart("mixed", "outer", "", plain("批准\n回执码：7Q4KM-2XD9P\n"), old),
		"command-below-signed":  envelope(approver, code) + multipart("mixed", "outer", "", old, plain("批准\n回执码：7Q4KM-2XD9P\n")),
		"signed-below-text":     envelope(approver, code) + multipart("mixed", "outer", "", plain("转来前信。\n"), good),
		"signed-below-blank":    envelope(approver, code) + multipart("mixed", "outer", "", plain("\n"), good),
		"signed-in-message":     envelope(approver, code) + message,
		"signed-as-attachment":  envelope(approver, code) + multipart("mixed", "outer", "", plain("批准\n"), message),
		"signed-in-alternative": envelope(approver, code) + multipart("alternative", "outer", "", plain("批准\n"), good),
		"signed-first-of-two":   envelope(approver, code) + multipart("alternative", "outer", "", good, plain("批准\n")),
		"signed-in-octets":      envelope(approver, code) + encoded,
		"signed-digest":         envelope(approver, code) + multipart("related", "outer", "", good, plain("批准\n")),
		"signed-two-from":       strings.Replace(envelope(approver, code), "To: ", "From: <x@citizen.example>\nTo: ", 1) + good,
	}
}
