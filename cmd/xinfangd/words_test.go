package main

import (
	"testing"
	"unicode"

	"xinfangd/gateway/petition"
	"xinfangd/gateway/store"
)

// TestWords: whatever the register may say is said in Chinese.
func TestWords(t *testing.T) {
	t.Parallel()
	said := []string{
		brokenName(store.VerifyResult{FirstBroken: 7, Problem: "entry 7 is missing"}),
		brokenName(store.VerifyResult{FirstBroken: 2, Problem: "the digest is not that of the entry"}),
		brokenName(store.VerifyResult{FirstBroken: 9, Problem: "the head is not the last entry"}),
		brokenName(store.VerifyResult{FirstBroken: 9, Problem: "a text is not the one that was digested"}),
		actorName(petition.Actor{Role: petition.RoleSystem}), actorName(petition.Actor{Role: petition.RoleCitizen}),
		notifyNames([]string{"liaison", "head", "office", "duty", "deputy", "principal", "centre"}),
	}
	for _, k := range []store.LetterKind{
		store.KindLetter, store.KindFollowUp, store.KindOpinion, store.KindCommand, store.KindInstruction, store.KindAutomatic, store.KindBounce,
		store.KindNotification, store.KindList,
	} {
		said = append(said, letterName(k))
	}
	for _, s := range []petition.DraftState{petition.DraftPending, petition.DraftApproved, petition.DraftSuperseded, petition.DraftRejected, petition.DraftSent} {
		said = append(said, draftName(s))
	}
	for _, s := range []string{store.RecipientQueued, store.RecipientSent, store.RecipientFailed, store.RecipientDoubtful, store.RecipientBounced} {
		said = append(said, recipientName(s))
	}
	for _, words := range said {
		for _, r := range words {
			if !unicode.Is(unicode.Han, r) && r != '、' && r != '，' {
				t.Errorf("%q is no Chinese", words)
				break
			}
		}
	}
}
