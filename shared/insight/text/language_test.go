package text_test

import (
	"testing"

	"github.com/customerai/customerai/shared/insight/text"
)

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"thanks!", "en"},
		{"Great product, awful delivery", "en"},
		{"card declined again", "en"},
		{"where's my order??", "en"},
		{"Refund pending", "en"},
		{"i cant login", "en"},
		{"How do I reset my PIN?", "en"},
		{"The parcel never arrived and nobody answers the phone.", "en"},
		{"Mi pedido no ha llegado y nadie contesta", "es"},
		{"¿Dónde está mi tarjeta?", "es"},
		{"Je n'ai jamais reçu ma commande", "fr"},
		{"Le service client est très mauvais", "fr"},
		{"Meine Bestellung ist noch nicht angekommen", "de"},
		{"Wo ist mein Paket?", "de"},
		{"Il mio ordine non è ancora arrivato", "it"},
		{"Meu pedido ainda não chegou", "pt"},
		{"Waar is mijn bestelling?", "nl"},
		{"Где мой заказ?", "ru"},
		{"我的订单在哪里", "zh"},
		{"注文はどこですか", "ja"},
		{"주문이 어디에 있나요", "ko"},
		{"أين طلبي؟", "ar"},
		{"איפה ההזמנה שלי", "he"},
		{"मेरा ऑर्डर कहाँ है", "hi"},
		{"Πού είναι η παραγγελία μου", "el"},
		{"12345", "und"},
		{"", "und"},
		{"😀😀", "und"},
		{"xqzt blorf wibble", "und"},
		{"ⴰⵣⵓⵍ", "und"},
	} {
		var d text.Document
		d.Reset(c.text)
		if got := text.Language(&d); got != c.want {
			t.Errorf("language of %q: got %s, want %s", c.text, got, c.want)
		}
	}
}
