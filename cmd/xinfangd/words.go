package main

import (
	"cmp"
	"fmt"
	"strings"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
	"xinfangd/rules"
)

// The words that JSON fixes (spec system section 9), as people read them.

// word looks a word up; one that is not in the table is shown as it is.
func word(table map[string]string, w string) string { return cmp.Or(table[w], w) }

// letterName is a kind of letter.
func letterName(k store.LetterKind) string {
	return word(map[string]string{
		string(store.KindLetter): "来信", string(store.KindFollowUp): "续信", string(store.KindOpinion): "办理意见", string(store.KindCommand): "指令",
		string(store.KindInstruction): "批示", string(store.KindAutomatic): "自动回复", string(store.KindBounce): "退信",
		string(store.KindNotification): "通知", string(store.KindList): "群发邮件",
	}, string(k))
}

// draftName is the state of a draft.
func draftName(s petition.DraftState) string {
	return word(map[string]string{
		string(petition.DraftPending): "待审", string(petition.DraftApproved): "已批准", string(petition.DraftSuperseded): "已有新稿",
		string(petition.DraftRejected): "退回重办", string(petition.DraftSent): "已发出",
	}, string(s))
}

// recipientName is what became of a mail for one recipient.
func recipientName(state string) string {
	return word(map[string]string{
		store.RecipientQueued: "待发", store.RecipientSent: "已交付", store.RecipientFailed: "失败", store.RecipientDoubtful: "不明",
		store.RecipientBounced: "被退回",
	}, state)
}

// actorName is who did something: the name, else the address, else the part
// that is played by nobody on the roster.
func actorName(a petition.Actor) string {
	return cmp.Or(a.Name, a.Address, word(map[string]string{
		string(petition.RoleCitizen): "来信人", string(petition.RoleSystem): "网关",
	}, string(a.Role)))
}

// notifyNames are whom a rule tells at once: roles and addresses.
func notifyNames(list []string) string {
	table := map[string]string{
		"liaison": "联络员", "head": "处室负责人", "office": "电子政务室", "duty": "值班员", "deputy": "分管领导", "principal": "主要领导", "centre": "信息中心",
	}
	names := make([]string, len(list))
	for i, w := range list {
		names[i] = word(table, w)
	}
	return strings.Join(names, "、")
}

// divisionNames are divisions by name.
func divisionNames(roster petition.Roster, ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = roster.DivisionName(id)
	}
	return strings.Join(names, "、")
}

// brokenName says why an entry of the ledger does not fit.
func brokenName(r store.VerifyResult) string {
	return word(map[string]string{
		"an entry stands before the first":                "首条之前另有一条",
		"the head is not the last entry":                  "末条不是记下的那一条，可能被删去",
		fmt.Sprintf("entry %d is missing", r.FirstBroken): "缺少这一条",
		"the digest is not that of the entry":             "内容与摘要不符，可能被改动",
		"the entry is not readable":                       "读不出内容",
		"the entry does not name its predecessor":         "与前一条不相接",
		"the columns do not say what the entry says":      "各栏与内容不一致",
		"a text is not the one that was digested":         "文字与摘要不符，可能被改动",
	}, r.Problem)
}

// hitName is what a hit speaks for.
func hitName(h rules.Hit) string {
	if h.Rule == string(rules.ByLearned) {
		return "学习模型"
	}
	return clean(h.Rule)
}
