package text

// The languages of languagesOf, as bits in the order of latinLanguages.
const (
	en uint8 = 1 << iota
	es
	fr
	de
	it
	pt
	nl
)

// languagesOf returns the languages in whose running text word is common. A switch needs neither a table at start-up nor
// an allocation.
//
//nolint:gocyclo,maintidx // a word list
func languagesOf(word []byte) uint8 {
	switch string(word) {
	case "about", "account", "after", "again", "against", "agent", "air", "all", "also", "always", "amazing", "and",
		"another", "answer", "any", "anyone", "app", "are", "around", "arrive", "arrived", "ask", "at", "away", "awful",
		"back", "bad", "balance", "bank", "be", "because", "been", "before", "being", "best", "between", "big", "bill",
		"bills", "boy", "broken", "but", "by", "call", "came", "can", "can't", "cancel", "canceled", "cancelled", "card",
		"cards", "change", "charge", "charged", "cheap", "could", "customer", "damaged", "day", "days", "dear", "declined",
		"delivered", "delivering", "delivery", "did", "didn't", "different", "does", "doesn't", "don't", "down", "each",
		"email", "end", "even", "ever", "every", "everything", "excellent", "expensive", "fast", "find", "first", "follow",
		"for", "form", "found", "fraud", "friendly", "from", "get", "give", "go", "good", "great", "hand", "happy", "has",
		"hate", "have", "hello", "help", "her", "here", "hey", "hi", "him", "his", "horrible", "hours", "house", "how",
		"i'd", "i'll", "i'm", "i've", "if", "into", "invoice", "isn't", "issue", "issues", "it", "it's", "item", "items",
		"its", "just", "kind", "know", "land", "large", "late", "learn", "letter", "like", "line", "little", "live",
		"login", "look", "lost", "love", "loved", "made", "make", "man", "many", "may", "mean", "minutes", "missing",
		"money", "month", "months", "more", "most", "move", "much", "must", "my", "name", "need", "never", "new", "nice",
		"nobody", "not", "nothing", "now", "off", "ok", "okay", "old", "on", "only", "or", "order", "ordered", "orders",
		"other", "our", "out", "package", "page", "paid", "parcel", "part", "password", "pay", "payment", "people",
		"perfect", "phone", "place", "play", "please", "pleased", "point", "poor", "price", "problems", "products", "put",
		"question", "quick", "quickly", "read", "really", "received", "refund", "refunded", "reset", "return", "returned",
		"right", "rude", "said", "same", "say", "see", "sentence", "set", "she", "shipped", "shipping", "should", "show",
		"slow", "small", "so", "some", "someone", "something", "sorry", "sound", "spell", "staff", "still", "stolen",
		"study", "subscription", "such", "support", "take", "team", "tell", "terrible", "than", "thank", "thanks", "that",
		"that's", "the", "their", "them", "then", "there", "these", "they", "thing", "think", "this", "though", "three",
		"through", "time", "to", "today", "tomorrow", "too", "track", "tracking", "transfer", "try", "turn", "twice", "two",
		"until", "up", "update", "us", "use", "very", "wait", "waiting", "want", "wasn't", "way", "website", "week",
		"weeks", "well", "went", "were", "what", "when", "where", "which", "while", "who", "why", "will", "with", "within",
		"without", "won't", "work", "worst", "would", "wrong", "year", "yes", "yesterday", "you", "you're", "your":
		return en
	case "ayuda", "buena", "buenas", "bueno", "buenos", "cuando", "cuenta", "cómo", "después", "dinero", "donde", "días",
		"dónde", "el", "ellos", "envío", "esa", "ese", "eso", "estas", "esto", "estos", "están", "fue", "gracias", "hacer",
		"han", "hasta", "hay", "he", "hola", "las", "llegado", "llegó", "los", "mala", "malo", "mejor", "menos", "mis",
		"muy", "más", "nosotros", "peor", "pero", "producto", "puede", "puedo", "quiero", "qué", "servicio", "siempre",
		"sin", "sus", "sí", "también", "tardes", "tarjeta", "tengo", "tiene", "todo", "tú", "unas", "unos", "usted",
		"ustedes", "y", "ya", "yo":
		return es
	case "aide", "après", "argent", "au", "aussi", "aux", "avec", "avez", "avoir", "avons", "bon", "bonjour", "bonne",
		"c'est", "carte", "ce", "ces", "cet", "cette", "client", "colis", "commande", "comment", "compte", "d'un", "d'une",
		"dans", "depuis", "deux", "elle", "elles", "encore", "est", "et", "faire", "fait", "ils", "j'ai", "jamais", "l'on",
		"leur", "livraison", "lui", "mauvais", "meilleur", "merci", "mes", "mon", "n'ai", "n'est", "ne", "notre", "nous",
		"ont", "où", "par", "pas", "pire", "plus", "pour", "pourquoi", "problème", "produit", "qu'il", "quand", "qui",
		"quoi", "reçu", "rien", "s'il", "sa", "salut", "sans", "ses", "sont", "suis", "sur", "ta", "tes", "ton", "toujours",
		"tous", "tout", "très", "une", "vos", "votre", "vous", "était", "été", "être":
		return fr
	case "aber", "angekommen", "auch", "auf", "aus", "bei", "besser", "bestellung", "bin", "bis", "bitte", "danke",
		"dass", "daß", "dein", "dem", "den", "der", "dich", "diese", "dieser", "dieses", "dir", "ein", "eine", "einem",
		"einen", "einer", "für", "gut", "guten", "habe", "haben", "hat", "hatte", "hilfe", "ich", "ihnen", "ihr", "ihre",
		"im", "immer", "ist", "kann", "karte", "kein", "keine", "konto", "kunden", "kundenservice", "können", "lieferung",
		"mehr", "mein", "meine", "meinen", "mich", "mir", "mit", "nach", "nicht", "nichts", "nie", "noch", "nur", "oder",
		"ohne", "paket", "produkt", "schlecht", "schon", "sehr", "sein", "seine", "seit", "sie", "sind", "und", "unser",
		"vom", "von", "wann", "war", "warum", "wenn", "wer", "werden", "wir", "wird", "wo", "wurde", "zu", "zum", "zur",
		"über":
		return de
	case "abbiamo", "aiuto", "alla", "anche", "arrivato", "avere", "bene", "buona", "buongiorno", "buono", "carta",
		"che", "chi", "ci", "ciao", "consegna", "conto", "dal", "dalla", "dei", "della", "delle", "di", "dopo", "dove",
		"essere", "fare", "già", "gli", "grazie", "hai", "hanno", "ho", "mai", "male", "mia", "miei", "migliore", "mio",
		"molto", "nel", "nella", "niente", "non", "ordine", "pacco", "peggiore", "per", "perché", "più", "prego",
		"prodotto", "può", "quello", "questa", "questi", "questo", "sei", "senza", "servizio", "si", "soldi", "sono",
		"stata", "stato", "suo", "ti", "tuo", "tutti", "tutto", "uno", "vi", "è":
		return it
	case "ajuda", "ao", "até", "bem", "boa", "bom", "cartão", "chegou", "com", "conta", "depois", "dia", "dinheiro",
		"dos", "ela", "ele", "eles", "em", "encomenda", "entrega", "essa", "esse", "eu", "fazer", "foi", "há", "isso",
		"isto", "já", "lhe", "mas", "melhor", "meu", "meus", "minha", "minhas", "muito", "na", "nas", "não", "nós",
		"obrigada", "obrigado", "olá", "onde", "os", "pela", "pelo", "pior", "pode", "produto", "quero", "sem", "serviço",
		"seu", "são", "também", "tem", "tenho", "tudo", "uma", "umas", "você", "vocês", "à", "é":
		return pt
	case "aan", "aangekomen", "alleen", "als", "alstublieft", "altijd", "bedankt", "ben", "bestelling", "beter", "bij",
		"dank", "dat", "deze", "dit", "door", "een", "geen", "goed", "goedemorgen", "graag", "haar", "heb", "hebben",
		"heeft", "heel", "het", "hij", "hoe", "hulp", "ik", "jij", "jouw", "jullie", "kaart", "kan", "klantenservice",
		"kunnen", "levering", "maar", "meer", "met", "mij", "mijn", "naar", "niet", "niets", "nog", "nooit", "om", "ons",
		"onze", "ook", "op", "pakket", "probleem", "rekening", "sinds", "slecht", "tot", "u", "uit", "van", "voor", "waar",
		"waarom", "wanneer", "wat", "wij", "worden", "wordt", "ze", "zeer", "zij", "zijn", "zonder":
		return nl
	case "service":
		return en | fr
	case "am", "an", "problem":
		return en | de
	case "come", "i":
		return en | it
	case "do":
		return en | pt
	case "had", "is", "of", "over", "product", "we":
		return en | nl
	case "bien", "les", "son":
		return es | fr
	case "es":
		return es | de
	case "con", "del", "ha", "lo", "mi", "su", "una":
		return es | it
	case "como", "desde", "entre", "esta", "este", "está", "favor", "nada", "nos", "nunca", "para", "pedido", "por",
		"porque", "sobre", "todos", "tu":
		return es | pt
	case "des", "du":
		return fr | de
	case "ai", "il", "ma":
		return fr | it
	case "mais", "ou":
		return fr | pt
	case "je":
		return fr | nl
	case "das", "um", "uns":
		return de | pt
	case "alles", "die", "er", "geld", "hallo", "waren", "wie":
		return de | nl
	case "da", "e", "era", "posso", "quando", "sempre", "sua":
		return it | pt
	case "al":
		return it | nl
	case "no":
		return en | es | pt
	case "a", "as":
		return en | fr | pt
	case "was":
		return en | de | nl
	case "la", "le", "un":
		return es | fr | it
	case "mal", "que", "se":
		return es | fr | pt
	case "en":
		return es | fr | nl
	case "cliente", "o", "problema":
		return es | it | pt
	case "in":
		return en | de | it | nl
	case "de", "te":
		return es | fr | pt | nl
	case "me":
		return en | es | fr | pt | nl
	}
	return 0
}
