"""What invented documents say: companies, people, numbers, dates and amounts as they are printed, and the labels before them.

Labels come from pipelines/*.schema.json; `UNLISTED` holds others of the same meaning, which a reader has to understand.
"""
import datetime
import json
import os
import re

PIPELINES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "pipelines")

# The languages of the schemas' labels. A label that is in none of these sets is refused: taken for English, it stood on English papers.
ENGLISH = {"Invoice number", "Invoice No.", "Invoice No", "Invoice #", "Invoice Nr.", "Inv. no.", "Invoice", "Invoice ID",
           "Invoice date", "Date of invoice", "Date issued", "Issue date", "Issued", "Due date", "Payment due", "Due", "Date due",
           "Pay by", "Due by", "Customer number", "Customer no.", "Customer No", "Customer ID", "Customer #", "Client no.",
           "Account number", "Account no.", "Order number", "Order no.", "Order #", "Order No", "Order ID", "Purchase order",
           "PO number", "P.O. no.", "PO", "Subtotal", "Sub-total", "Sub total", "Net amount", "Net total", "Tax", "Sales tax", "VAT",
           "VAT 20%", "Tax (8.5%)", "GST", "Tax amount", "Total", "Total due", "Amount due", "Grand total", "Total amount",
           "Balance due", "Total to pay", "Invoice total", "Currency", "Payment terms", "Terms", "Terms of payment", "Payment",
           "Receipt number", "Receipt no.", "Receipt #", "Receipt No", "Receipt", "Ticket no.", "Date", "Dated", "Cashier",
           "Served by", "Your cashier", "Operator", "Amount paid", "Paid", "Payment received", "Amount tendered", "Tendered", "Change",
           "Change due", "Reference", "Ref.", "Ref", "Our ref.", "Your ref.", "Our reference", "Reference no.", "Subject", "Re",
           "Regarding", "First name", "Given name", "First name(s)", "Forename", "Last name", "Surname", "Family name",
           "Date of birth", "DOB", "Birth date", "Born", "Date of birth (dd/mm/yyyy)", "Phone", "Telephone", "Tel.", "Tel",
           "Phone number", "Phone no.", "Mobile", "Email", "E-mail", "Email address", "e-mail address", "Policy number", "Policy no.",
           "Policy No", "Policy #", "Policy ID"}
GERMAN = {"Rechnungsnummer", "Rechnungs-Nr.", "Rechnung Nr.", "Rg.-Nr.", "Rechnungsdatum", "Ausstellungsdatum", "Fällig am", "Fälligkeit",
          "Zahlbar bis", "Fälligkeitsdatum", "Kundennummer", "Kunden-Nr.", "Kd.-Nr.", "Bestellnummer", "Bestell-Nr.", "Auftragsnummer",
          "Auftrags-Nr.", "Zwischensumme", "Nettobetrag", "Summe netto", "MwSt. 19%", "USt. 19 %", "Umsatzsteuer", "Gesamtbetrag",
          "Gesamtsumme", "Rechnungsbetrag", "Endbetrag", "Zu zahlen", "Summe", "Währung", "Zahlungsziel", "Zahlungsbedingungen", "Datum",
          "Referenz", "Ihr Zeichen", "Unser Zeichen", "Aktenzeichen", "Betreff", "Betr.", "Bon-Nr.", "Beleg-Nr.", "Belegnummer",
          "Quittung Nr.", "Kassierer", "Es bediente Sie", "Kassiererin", "Bezahlt", "Gegeben", "Rückgeld", "Wechselgeld", "Vorname",
          "Rufname", "Nachname", "Familienname", "Geburtsdatum", "Geboren am", "geb. am", "Telefon", "Telefonnummer", "Mobil", "E-Mail",
          "E-Mail-Adresse", "Versicherungsnummer", "Policennummer"}
FRENCH = {"Facture n°", "N° de facture", "Numéro de facture", "Date de facture", "Date de facturation", "Date d'émission", "Date d'échéance",
          "Échéance", "À payer avant le", "N° client", "Numéro client", "Code client", "N° de commande", "Commande n°", "Total HT",
          "Sous-total", "Montant HT", "TVA 20 %", "Montant TVA", "Total TTC", "Net à payer", "Montant total", "Montant à payer", "Devise",
          "Conditions de paiement", "Conditions de règlement", "Référence", "Réf.", "Nos réf.", "Objet", "Ticket n°", "Reçu n°", "Caissier",
          "Hôte de caisse", "Montant payé", "Rendu", "Monnaie rendue", "Prénom", "Nom", "Nom de famille", "Date de naissance", "Né(e) le",
          "Téléphone", "Tél.", "Portable", "Courriel", "Adresse e-mail", "N° de police", "Police n°"}
# Spanish, Italian and Dutch, in which no document is written.
ELSEWHERE = {"Número de factura", "Nº de factura", "Factura n.º", "Factura", "Numero fattura", "Fattura n.", "N. fattura", "Fattura",
             "Factuurnummer", "Factuurnr.", "Factuur", "Fecha de factura", "Fecha de emisión", "Data fattura", "Data di emissione",
             "Factuurdatum", "Vencimiento", "Fecha de vencimiento", "Scadenza", "Data di scadenza", "Vervaldatum", "Te betalen voor",
             "Nº de cliente", "Código de cliente", "Codice cliente", "N. cliente", "Klantnummer", "Klantnr.", "Debiteurnummer",
             "Nº de pedido", "Pedido", "Numero ordine", "Ordine n.", "Ordernummer", "Bestelnummer", "Base imponible", "Imponibile",
             "Subtotale", "Totale imponibile", "Subtotaal", "Netto", "Totaal excl. btw", "IVA 21 %", "IVA 22%", "BTW 21%", "Btw-bedrag",
             "Total a pagar", "Importe total", "Total factura", "Totale", "Totale da pagare", "Totale fattura", "Totaal", "Totaalbedrag",
             "Te betalen", "Moneda", "Divisa", "Valuta", "Munteenheid", "Condiciones de pago", "Condizioni di pagamento",
             "Betalingstermijn", "Betalingscondities", "Nº de recibo", "Recibo", "Nº de ticket", "Scontrino n.", "Ricevuta n.", "Bonnummer",
             "Kassabon", "Fecha", "Cajero", "Le atendió", "Cassiere", "Operatore", "Kassamedewerker", "U bent geholpen door",
             "Importe pagado", "Importo pagato", "Betaald bedrag", "Cambio", "Resto", "Wisselgeld", "Referencia", "Su referencia",
             "Riferimento", "Rif.", "Referentie", "Uw kenmerk", "Ons kenmerk", "Asunto", "Oggetto", "Onderwerp", "Betreft", "Nombre", "Nome",
             "Voornaam", "Apellidos", "Apellido", "Cognome", "Achternaam", "Fecha de nacimiento", "Data di nascita", "Nato il",
             "Geboortedatum", "Teléfono", "Móvil", "Telefono", "Cellulare", "Telefoon", "Telefoonnummer", "Correo electrónico",
             "Indirizzo e-mail", "E-mailadres", "Nº de póliza", "Numero polizza", "Polizza n.", "Polisnummer"}

# Those of these that a schema lists by now are left out.
UNLISTED = {
    "invoice_number": {"en": ["Document no.", "Our invoice", "Bill number", "Inv#"], "de": ["Beleg-Nr.", "RE-Nr."],
                       "fr": ["Pièce n°", "Réf. facture"]},
    "invoice_date": {"en": ["Dated", "Billing date", "Tax point"], "de": ["Datum", "Belegdatum"], "fr": ["Émise le", "Facturé le"]},
    "due_date": {"en": ["Payable by", "Settle before", "Last day to pay"], "de": ["Zahlung bis", "Zu begleichen bis"],
                 "fr": ["Payable le", "Date limite de paiement"]},
    "customer_number": {"en": ["Client reference", "Cust. no.", "Your account"], "de": ["Kd.-Nr.", "Debitor"],
                        "fr": ["Votre compte", "Réf. client"]},
    "order_number": {"en": ["Your order", "Job no.", "Our order ref."], "de": ["Auftrags-Nr.", "Ihre Bestellung"],
                     "fr": ["N° de commande", "Commande"]},
    "subtotal": {"en": ["Goods total", "Total before tax", "Net"], "de": ["Warenwert", "Netto gesamt"], "fr": ["Base HT", "Net HT"]},
    "tax": {"en": ["V.A.T.", "Taxes", "Plus tax"], "de": ["USt.", "zzgl. Steuer"], "fr": ["T.V.A.", "Montant TVA"]},
    "total": {"en": ["To pay", "Sum", "Please pay", "TOTAL PAYABLE"], "de": ["Zahlbetrag", "Bruttobetrag"],
              "fr": ["Net à payer", "Montant TTC", "À régler"]},
    "currency": {"en": ["Billed in", "Currency code"], "de": ["Whg."], "fr": ["Monnaie"]},
    "payment_terms": {"en": ["How to pay", "Conditions", "Credit terms"], "de": ["Zahlungsbedingungen", "Zahlung"],
                      "fr": ["Conditions", "Règlement"]},
    "receipt_number": {"en": ["Transaction", "Slip no.", "Sale #"], "de": ["Beleg", "Kassenbon"], "fr": ["Ticket", "Reçu n°"]},
    "date": {"en": ["On", "Day", "Written on"], "de": ["Vom", "Tag"], "fr": ["Le", "Fait le"]},
    "cashier": {"en": ["Till operator", "Clerk", "Assisted by"], "de": ["Bediener", "Es bediente Sie"], "fr": ["Caissier", "Servi par"]},
    "amount_paid": {"en": ["Cash given", "Card payment", "Received"], "de": ["Bar", "Erhalten"], "fr": ["Reçu", "Espèces"]},
    "change": {"en": ["Returned", "Back", "Cash back"], "de": ["Zurück", "Wechselgeld"], "fr": ["À rendre", "Rendu monnaie"]},
    "reference": {"en": ["File no.", "Case", "Our file"], "de": ["Vorgang", "Geschäftszeichen"], "fr": ["Réf.", "N° de dossier"]},
    "subject": {"en": ["About", "Concerning", "Topic"], "de": ["Betrifft", "Thema"], "fr": ["Concerne", "Sujet"]},
    "first_name": {"en": ["Forename(s)", "Your first name", "Christian name"], "de": ["Taufname"], "fr": ["Prénom usuel"]},
    "last_name": {"en": ["Name (family)", "Your surname", "Second name"], "de": ["Zuname"], "fr": ["Nom usuel"]},
    "date_of_birth": {"en": ["Birthday", "Born on", "D.O.B."], "de": ["Geburtstag"], "fr": ["Naissance"]},
    "phone": {"en": ["Daytime number", "Call us on", "Contact no."], "de": ["Rufnummer", "Mobil"], "fr": ["Joignable au"]},
    "email": {"en": ["Mail", "Electronic mail"], "de": ["Mailadresse"], "fr": ["Courriel", "Adresse électronique"]},
    "policy_number": {"en": ["Contract no.", "Cover no.", "Insurance number"], "de": ["Versicherungsnr.", "Vertragsnummer"],
                      "fr": ["N° de police", "N° de contrat"]},
}

# Labels and values that belong to no field of the pipeline.
OTHERS = {
    "invoice": {"en": ["Delivery date", "VAT no.", "Contact", "Delivery note", "Page", "Sales rep"],
                "de": ["Lieferdatum", "USt-IdNr.", "Ansprechpartner", "Lieferschein", "Seite"],
                "fr": ["Date de livraison", "N° TVA", "Contact", "Bon de livraison", "Page"]},
    "receipt": {"en": ["Till", "Store", "Time", "Items"], "de": ["Kasse", "Filiale", "Uhrzeit", "Artikel"],
                "fr": ["Caisse", "Magasin", "Heure", "Articles"]},
    "letter": {"en": ["Contact", "Enclosures", "Department"], "de": ["Ansprechpartner", "Anlagen", "Abteilung"],
               "fr": ["Contact", "Pièces jointes", "Service"]},
    "form": {"en": ["Street", "Town", "Nationality", "Occupation", "Card number"], "de": ["Straße", "Ort", "Staatsangehörigkeit", "Beruf"],
             "fr": ["Rue", "Ville", "Nationalité", "Profession"]},
}

WORDS = {
    "en": {"invoice": ["INVOICE", "Invoice", "Tax invoice", "Statement of charges"], "to": ["Bill to", "Sold to", "Customer", ""],
           "heads": ["Description", "Quantity", "Price", "Amount"], "thanks": ["Thank you for your business.", "Please quote the number above."],
           "items": ["Oak board 2.4 m", "Brass hinge", "Site visit", "Paper A4, white", "Cable, 10 m", "Filter set", "Cleaning, hourly",
                     "Annual licence", "Repair of pump", "Steel bracket", "Translation, 4 pages", "Green tea, loose", "Shelf unit", "Delivery"],
           "food": ["Espresso", "Flat white", "Carrot cake", "Orange juice", "Bread, rye", "Milk 1 l", "Apples", "Tomato soup", "Batteries AA"],
           "terms": ["30 days net", "Net 14", "Due on receipt", "Cash on delivery", "2% 10 days, net 30", "Within 21 days"]},
    "de": {"invoice": ["RECHNUNG", "Rechnung"], "to": ["", "Rechnung an"], "heads": ["Bezeichnung", "Menge", "Preis", "Betrag"],
           "thanks": ["Vielen Dank für Ihren Auftrag.", "Bitte überweisen Sie den Betrag."],
           "items": ["Eichenbrett 2,4 m", "Beratung vor Ort", "Druckerpapier A4", "Kabel, 10 m", "Wartung Heizung", "Filtersatz",
                     "Schrauben M6", "Fahrtkosten", "Stundenlohn Monteur", "Übersetzung, 4 Seiten", "Regal, weiß"],
           "food": ["Kaffee", "Brötchen", "Apfelschorle", "Käsekuchen", "Milch 1 l", "Äpfel", "Nudeln", "Gemüsesuppe"],
           "terms": ["14 Tage netto", "30 Tage netto", "sofort ohne Abzug", "10 Tage 2 % Skonto", "Vorkasse"]},
    "fr": {"invoice": ["FACTURE", "Facture"], "to": ["Facturé à", ""], "heads": ["Désignation", "Quantité", "Prix", "Montant"],
           "thanks": ["Merci de votre confiance.", "Merci de rappeler le numéro ci-dessus."],
           "items": ["Planche de chêne", "Visite sur site", "Papier A4, blanc", "Câble, 10 m", "Jeu de filtres", "Main d'œuvre",
                     "Réparation pompe", "Traduction, 4 pages", "Étagère"],
           "food": ["Café crème", "Croissant", "Jus d'orange", "Tarte aux pommes", "Lait 1 l", "Pain complet", "Soupe"],
           "terms": ["30 jours net", "À réception", "45 jours fin de mois", "Comptant"]},
}
BODY = {
    "en": ["Thank you for your letter, which reached us last week.", "We have looked into the matter and changed your account.",
           "Our colleague visited the site on {date} and found no fault.", "The sum of {amount} has been credited to you.",
           "Please keep this letter with your documents.", "If you have a question, call us on any working day between eight and six.",
           "A second copy of the agreement is enclosed; please sign and return it.", "The work will take about three weeks.",
           "We are sorry for the delay and for the trouble it has caused you."],
    "de": ["Vielen Dank für Ihr Schreiben, das uns letzte Woche erreicht hat.", "Wir haben die Angelegenheit geprüft und Ihr Konto angepasst.",
           "Unser Mitarbeiter war am {date} vor Ort und fand keinen Fehler.", "Der Betrag von {amount} wurde Ihnen gutgeschrieben.",
           "Bitte bewahren Sie dieses Schreiben auf.", "Für Rückfragen erreichen Sie uns an jedem Werktag.",
           "Eine zweite Ausfertigung liegt bei."],
    "fr": ["Nous vous remercions de votre lettre de la semaine dernière.", "Nous avons examiné votre demande et corrigé votre compte.",
           "Notre collègue est passé le {date} sans constater de défaut.", "La somme de {amount} vous a été créditée.",
           "Veuillez conserver ce courrier.", "Nous restons à votre disposition pour toute question."],
}
GREETING = {"en": ("Dear Sir or Madam,", "Yours faithfully,"), "de": ("Sehr geehrte Damen und Herren,", "Mit freundlichen Grüßen"),
            "fr": ("Madame, Monsieur,", "Veuillez agréer nos salutations distinguées.")}
SETTLE = {"en": "Please settle the balance no later than ", "de": "Bitte begleichen Sie den Rest bis zum ",
          "fr": "Nous vous prions de régler le solde avant le "}
SUBJECTS = {"en": ["Meter reading", "Your claim of last month", "Change of address", "Renewal of your contract", "Missing delivery",
                   "Appointment for inspection", "Annual statement"],
            "de": ["Ihre Kündigung", "Änderung der Anschrift", "Zählerstand", "Verlängerung des Vertrags", "Fehlende Lieferung"],
            "fr": ["Changement d'adresse", "Relevé du compteur", "Votre réclamation", "Renouvellement du contrat"]}
FORMS = {"en": ["Application for membership", "Claim form", "Registration", "Request for a new card"],
         "de": ["Antrag auf Mitgliedschaft", "Schadenmeldung", "Anmeldung"], "fr": ["Demande d'adhésion", "Déclaration de sinistre"]}
SMALL_PRINT = {"en": ["I have read the rules and will keep to them.", "Signature"], "de": ["Ich habe die Regeln gelesen.", "Unterschrift"],
               "fr": ["J'ai lu le règlement et je l'accepte.", "Signature"]}

FIRST = {"en": "Thomas Helen Maria Priya Owen Grace Samuel Nadia Victor Ruth Declan Yasmin".split(),
         "de": "Jürgen Katrin Uwe Sabine Björn Heike Lukas Jörg Annika".split(), "fr": "Chloé Luc Amélie Benoît Inès François Zoé".split()}
LAST = {"en": "Underwood Porter Whitlock O'Neill Ashby Fernsby Okafor Lindqvist Marsh Trent Haddad Quill Zimmer".split(),
        "de": "Müller Vogt Weiß Brandt Köhler Schäfer Jansen Pfeiffer".split(), "fr": "Lefèvre Moreau Garçon Dubois Béranger Rousset".split()}
NAMES = "Harbour Meridian Ashdown Corner Kestrel Fenwick Juniper Tallow Bramble Orion Copper Willow Granite Vesper Halden".split()
TRADES = {"en": ["Supplies Ltd", "Print Works", "Water Company", "Joinery", "& Sons", "Energy plc", "Logistics Inc.", "Market", "Clinic"],
          "de": ["Technik GmbH", "Bau AG", "Druckerei", "Handels KG", "Elektro GmbH"], "fr": ["et Fils", "Conseil SARL", "Services SA"]}
STREETS = {"en": ["{} Mill Street", "{} Station Road", "{} Orchard Close", "Unit {}, Canal Yard", "{} Elm Avenue"],
           "de": ["Lindenweg {}", "Bahnhofstraße {}", "Am Markt {}"], "fr": ["{} rue des Lilas", "{} avenue du Port"]}
TOWNS = {"en": ["Leeds LS2 7EW", "Oxford OX1 2JD", "Springfield, IL 62704", "Reading RG1 1LZ", "Austin, TX 78701"],
         "de": ["50667 Köln", "90402 Nürnberg", "24103 Kiel"], "fr": ["69002 Lyon", "44000 Nantes", "1204 Genève"]}
MONTHS = {"en": "January February March April May June July August September October November December".split(),
          "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
          "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()}
DATES = {"en": ["{d} {M} {Y}", "{M} {d}, {Y}", "{d:02}/{m:02}/{Y}", "{m:02}/{d:02}/{Y}", "{Y}-{m:02}-{d:02}", "{d:02}-{M:.3}-{Y}",
                "{M:.3} {d}, {Y}", "{d} {M:.3} {Y}", "{d}/{m}/{y:02}"],
         "de": ["{d:02}.{m:02}.{Y}", "{d}. {M} {Y}", "{d}.{m}.{y:02}", "{Y}-{m:02}-{d:02}"], "fr": ["{d:02}/{m:02}/{Y}", "{d} {M} {Y}", "{d:02}.{m:02}.{Y}"]}
# How an amount is printed: thousands mark, decimal mark, what stands around it, the currency's code.
AMOUNTS = {"en": [(",", ".", "{}", "GBP"), (",", ".", "${}", "USD"), (",", "", "$ {}", "USD"), (",", ".", "£{}", "GBP"), (",", ".", "{} USD", "USD"),
                  (",", ".", "€{}", "EUR"), ("", ".", "{}", "USD"), (",", ".", "$ {}", "USD"), (",", ".", "USD {}", "USD")],
           "de": [(".", ",", "{} €", "EUR"), (".", ",", "{}", "EUR"), (".", ",", "EUR {}", "EUR"), ("", ",", "{} €", "EUR"), ("'", ".", "CHF {}", "CHF")],
           "fr": [(" ", ",", "{} €", "EUR"), (".", ",", "{} €", "EUR"), ("", ",", "{} EUR", "EUR"), ("'", ".", "{} CHF", "CHF")]}


def schema_labels(kind):
    with open(os.path.join(PIPELINES, kind + ".schema.json"), encoding="utf-8") as file:
        properties = json.load(file)["properties"]
    return {field: entry["x-recto"]["labels"] for field, entry in properties.items() if entry["type"] != "array"}


class Facts:
    """The habits of one document: its language, its notations, how it writes labels; and values in them."""

    def __init__(self, r, kind):
        self.r, self.kind = r, kind
        self.language = r.choices(["en", "de", "fr"], [70, 18, 12])[0]
        self.words = WORDS[self.language]
        self.labels = schema_labels(kind)
        self.date_form = r.choice(DATES[self.language])
        self.thousands, self.decimal, self.around, self.currency = r.choice(AMOUNTS[self.language])
        self.colon = r.choice([":", ":", "", "", " :" if self.language == "fr" else ":"])
        self.case = r.choices([str, str.upper, str.title, str.lower], [80, 10, 6, 4])[0]
        self.rate = {"en": r.choice([5, 8.5, 20]), "de": r.choice([7, 19]), "fr": r.choice([5.5, 20])}[self.language]
        self.unlisted = set()
        self.day = datetime.date(2018, 1, 1) + datetime.timedelta(days=r.randrange(3600))

    def label(self, field, share=0.15):
        own = [label for label in self.labels[field] if self._language(label) == self.language]
        if own and self.r.random() >= share:
            label = self.r.choice(own)
        else:
            listed = {label.lower() for label in self.labels[field]}
            label = self.r.choice([label for label in UNLISTED[field][self.language] if label.lower() not in listed])
            self.unlisted.add(field)
        return self.case(re.sub(r"\d[\d.]*", f"{self.rate:g}", label)) + self.colon

    def other(self):
        """A labelled value that no field asks for."""
        label = self.r.choice(OTHERS[self.kind][self.language])
        low = label.lower()
        if "date" in low or "datum" in low:
            value = self.date(self.r.randint(-20, 5))
        elif low in ("contact", "ansprechpartner", "sales rep"):
            value = self.person()
        elif low in ("page", "seite"):
            value = "1/1"
        elif low in ("till", "store", "items", "kasse", "filiale", "artikel", "caisse", "magasin", "articles", "enclosures", "anlagen", "pièces jointes"):
            value = str(self.r.randint(1, 40))
        elif low in ("time", "uhrzeit", "heure"):
            value = self.clock()
        elif low in ("street", "straße", "rue"):
            value = self.street()
        elif low in ("town", "ort", "ville"):
            value = self.r.choice(TOWNS[self.language])
        elif low in ("nationality", "staatsangehörigkeit", "nationalité"):
            value = {"en": "British", "de": "deutsch", "fr": "française"}[self.language]
        elif low in ("occupation", "beruf", "profession", "department", "abteilung", "service"):
            value = {"en": "Accounts", "de": "Vertrieb", "fr": "Comptabilité"}[self.language]
        else:
            value = self.number()
        return self.case(label) + self.colon, value

    def number(self):
        digits = lambda n: "".join(self.r.choice("0123456789") for _ in range(n))
        letters = "".join(self.r.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(self.r.randint(1, 3)))
        return self.r.choice([lambda: letters + "-" + digits(5), lambda: digits(self.r.randint(4, 8)), lambda: f"{self.day.year}-{digits(4)}",
                              lambda: f"{letters}/{digits(4)}/{digits(2)}", lambda: letters + digits(6), lambda: f"{digits(3)} {digits(4)}"])()

    def date(self, after=0, form=None):
        day = self.day + datetime.timedelta(days=after)
        return (form or self.date_form).format(d=day.day, m=day.month, Y=day.year, y=day.year % 100, M=MONTHS[self.language][day.month - 1])

    def clock(self):
        return f"{self.r.randint(8, 20)}:{self.r.randint(0, 59):02}"

    def amount(self, cents, bare=False):
        text = f"{cents // 100:,}".replace(",", self.thousands)
        text += f"{self.decimal}{cents % 100:02}" if self.decimal else ""
        return text if bare else self.around.format(text)

    def price(self, low, high):
        """In cents; whole units where the document prints no decimals."""
        cents = int(low * (high / low) ** self.r.random() * 100)
        return max(100, round(cents, -2)) if not self.decimal else cents

    def person(self):
        return f"{self.r.choice(FIRST[self.language])} {self.r.choice(LAST[self.language])}"

    def company(self):
        return f"{self.r.choice(NAMES)} {self.r.choice(TRADES[self.language])}"

    def street(self):
        return self.r.choice(STREETS[self.language]).format(self.r.randint(1, 180))

    def address(self):
        return [self.street(), self.r.choice(TOWNS[self.language])]

    def phone(self):
        r = self.r
        return r.choice([f"0{r.randint(1000, 9999)} {r.randint(100000, 999999)}", f"({r.randint(200, 989)}) {r.randint(200, 999)}-{r.randint(1000, 9999)}",
                         f"+{r.randint(31, 49)} {r.randint(100, 999)} {r.randint(1000, 9999)} {r.randint(10, 99)}"])

    @staticmethod
    def _language(label):
        for language, known in (("en", ENGLISH), ("de", GERMAN), ("fr", FRENCH), (None, ELSEWHERE)):
            if label in known:
                return language
        raise SystemExit(f"document_facts.py: in which language is '{label}'? Name it in ENGLISH, GERMAN, FRENCH or ELSEWHERE")
