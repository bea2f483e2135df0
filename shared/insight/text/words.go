package text

// The words of each language that are common in running text or in what customers write.
const (
	wordsEnglish = `
		a about account after again against agent air all also always am amazing an and another answer any anyone app are
		around arrive arrived as ask at away awful back bad balance bank be because been before being best between big bill
		bills boy broken but by call came can can't cancel canceled cancelled card cards change charge charged cheap come
		could customer damaged day days dear declined delivered delivering delivery did didn't different do does doesn't
		don't down each email end even ever every everything excellent expensive fast find first follow for form found fraud
		friendly from get give go good great had hand happy has hate have hello help her here hey hi him his horrible hours
		house how i i'd i'll i'm i've if in into invoice is isn't issue issues it it's item items its just kind know land
		large late learn letter like line little live login look lost love loved made make man many may me mean minutes
		missing money month months more most move much must my name need never new nice no nobody not nothing now of off ok
		okay old on only or order ordered orders other our out over package page paid parcel part password pay payment
		people perfect phone place play please pleased point poor price problem problems product products put question quick
		quickly read really received refund refunded reset return returned right rude said same say see sentence service set
		she shipped shipping should show slow small so some someone something sorry sound spell staff still stolen study
		subscription such support take team tell terrible than thank thanks that that's the their them then there these they
		thing think this though three through time to today tomorrow too track tracking transfer try turn twice two until up
		update us use very wait waiting want was wasn't way we website week weeks well went were what when where which while
		who why will with within without won't work worst would wrong year yes yesterday you you're your
	`
	wordsSpanish = `
		ayuda bien buena buenas bueno buenos cliente como con cuando cuenta cómo de del desde después dinero donde días
		dónde el ellos en entre envío es esa ese eso esta estas este esto estos está están favor fue gracias ha hacer han
		hasta hay he hola la las le les llegado llegó lo los mal mala malo me mejor menos mi mis muy más nada no nos
		nosotros nunca o para pedido peor pero por porque problema producto puede puedo que quiero qué se servicio siempre
		sin sobre son su sus sí también tardes tarjeta te tengo tiene todo todos tu tú un una unas unos usted ustedes y ya
		yo
	`
	wordsFrench = `
		a ai aide après argent as au aussi aux avec avez avoir avons bien bon bonjour bonne c'est carte ce ces cet cette
		client colis commande comment compte d'un d'une dans de depuis des deux du elle elles en encore est et faire fait il
		ils j'ai jamais je l'on la le les leur livraison lui ma mais mal mauvais me meilleur merci mes mon n'ai n'est ne
		notre nous ont ou où par pas pire plus pour pourquoi problème produit qu'il quand que qui quoi reçu rien s'il sa
		salut sans se service ses son sont suis sur ta te tes ton toujours tous tout très un une vos votre vous était été
		être
	`
	wordsGerman = `
		aber alles am an angekommen auch auf aus bei besser bestellung bin bis bitte danke das dass daß dein dem den der des
		dich die diese dieser dieses dir du ein eine einem einen einer er es für geld gut guten habe haben hallo hat hatte
		hilfe ich ihnen ihr ihre im immer in ist kann karte kein keine konto kunden kundenservice können lieferung mehr mein
		meine meinen mich mir mit nach nicht nichts nie noch nur oder ohne paket problem produkt schlecht schon sehr sein
		seine seit sie sind um und uns unser vom von wann war waren warum was wenn wer werden wie wir wird wo wurde zu zum
		zur über
	`
	wordsItalian = `
		abbiamo ai aiuto al alla anche arrivato avere bene buona buongiorno buono carta che chi ci ciao cliente come con
		consegna conto da dal dalla dei del della delle di dopo dove e era essere fare già gli grazie ha hai hanno ho i il
		in la le lo ma mai male mi mia miei migliore mio molto nel nella niente non o ordine pacco peggiore per perché più
		posso prego problema prodotto può quando quello questa questi questo sei sempre senza servizio si soldi sono stata
		stato su sua suo ti tuo tutti tutto un una uno vi è
	`
	wordsPortuguese = `
		a ajuda ao as até bem boa bom cartão chegou cliente com como conta da das de depois desde dia dinheiro do dos e ela
		ele eles em encomenda entre entrega era essa esse esta este está eu favor fazer foi há isso isto já lhe mais mal mas
		me melhor meu meus minha minhas muito na nada nas no nos nunca não nós o obrigada obrigado olá onde os ou para
		pedido pela pelo pior pode por porque posso problema produto quando que quero se sem sempre serviço seu sobre sua
		são também te tem tenho todos tu tudo um uma umas uns você vocês à é
	`
	wordsDutch = `
		aan aangekomen al alleen alles als alstublieft altijd bedankt ben bestelling beter bij dank dat de deze die dit door
		een en er geen geld goed goedemorgen graag haar had hallo heb hebben heeft heel het hij hoe hulp ik in is je jij
		jouw jullie kaart kan klantenservice kunnen levering maar me meer met mij mijn naar niet niets nog nooit of om ons
		onze ook op over pakket probleem product rekening sinds slecht te tot u uit van voor waar waarom wanneer waren was
		wat we wie wij worden wordt ze zeer zij zijn zonder
	`
)
