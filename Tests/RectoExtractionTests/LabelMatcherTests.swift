import RectoExtraction
import Testing

@Suite struct LabelMatcherTests {
    @Test(
        arguments: [
            (["Invoice number"], "Invoice number: INV-1", 1.0), (["Invoice number"], "INVOICE  NUMBER", 1.0),
            (["Invoice number"], "Invoice nunber 17", 0.9),
            (["Total"], "Subtotal 12.00", 0.0), (["Total"], "TOTAL 12.00 €", 1.0),
            (["Total"], "Grand Total 12.00", 0.8),
            (["Date"], "Invoice date: 1.2.2024", 0.8),
            (["Fällig am"], "fallig am 1.2.2024", 1.0), (["Invoice"], "Invoice date", 0.8),
            (["Amount due", "Total"], "Amount due: 5", 1.0),
            (["Invoice number"], "Invoice #: 17", 1.0), (["Invoice no."], "Invoice no: 5", 1.0),
            (["Total"], "12.00", 0.0), (["Total"], "", 0.0),
            (["Tax"], "Taxi receipt", 0.0), (["Email"], "a@email.test", 0.0),
            // Points in short names, parts of words with a point, and the sign for "number".
            (["VAT 20 %"], "V.A.T. 12.00", 1.0), (["PO"], "P.O. 4711", 1.0),
            (["Customer no."], "Cust. no. 4711", 0.95), (["Customer number"], "Cust. no.: 4711", 0.95),
            (["Reference"], "Ref. 4711", 0.0), (["Currency", "Moneda"], "Mon. 12 May", 0.0),
            (["Customer no."], "Cu. no. 7", 0.0),
            (["Tax"], "TX 78701", 0.0), (["USt. 19 %"], "USD 5.00", 0.0),
            (["Nome"], "Home", 0.75), (["Inv. no."], "Inv# 4711", 0.8), (["N° de recibo"], "Nº de recibo 4711", 1.0),
            (["Facture n°"], "Facture no 4711", 1.0), (["25 °C"], "25 oC", 0.75),
            (["PO number"], "Paid 50.00", 0.0), (["PO number"], "POD 5.00", 0.0), (["PO number"], "PO no. 4711", 1.0),
            // Of a short label one letter may be misread.
            (["Payment"], "Patient 7", 0.0), (["Payment"], "Paymert 7", 0.86), (["Payment due"], "Payment date", 0.0),
            (["Due date"], "Duo date", 0.88), (["Date due"], "Date duc", 0.88),
            // Written alike, and the contrary.
            (["Nettobetrag"], "Bruttobetrag 5,00", 0.0), (["Nettobetrag"], "Ncttobetrag 5,00", 0.91),
            (["Totaal excl. btw"], "Totaal incl. btw 5,00", 0.0), (["Total HT"], "Total TTC 5,00", 0.0),
            (["Total TTC"], "Total HT", 0.0),
        ] as [([String], String, Double)]
    )
    func fitsLabelsAtWordsOnly(labels: [String], text: String, fit: Double) {
        let found = LabelMatcher(labels: labels).match(text)?.fit ?? 0
        #expect(fit == 0 ? found < 0.7 : abs(found - fit) < 0.05, "\(found)")
    }

    @Test(arguments: [
        ("Total", "Total: 5.00", ": 5.00"), ("Total", "Net Total 5", "5"), ("Customer ID", "Customer ID RE 7", "RE 7"),
        ("Invoice number", "Invoice nr INV-7", "INV-7"), ("Customer no.", "Cust. no. INV-7", ". INV-7"),
        ("Customer no.", "Cust.no.: 7", ".: 7"),
    ])
    func saysWhereTheTextAfterTheLabelBegins(label: String, text: String, rest: String) throws {
        let match = try #require(LabelMatcher(labels: [label, "Invoice nr"]).match(text))
        #expect(String(text.dropFirst(match.end)) == rest)
    }

    @Test(arguments: ["P.O. Box 4711", "PO Box 4711"])
    func aBoxOfAPostOfficeIsNoOrder(text: String) throws {
        let match = try #require(LabelMatcher(labels: ["PO"], kind: .text).match(text))
        #expect(match.isPart)
    }

    /// Of two labels that fit alike, the one that begins the text leaves no word of the caption over.
    @Test func theLabelThatBeginsTheTextIsRatherTaken() throws {
        let match = try #require(
            LabelMatcher(labels: ["Cashier", "Your cashier"], kind: .text).match("Your cashier Victor Whitlock")
        )
        #expect(match.isAtStart)
    }

    @Test func endsBehindTheTextWhenNothingFollows() throws {
        let match = try #require(LabelMatcher(labels: ["Total"]).match("Total:"))
        #expect("Total:".dropFirst(match.end) == ":")
        let last = try #require(LabelMatcher(labels: ["Total"]).match("Total"))
        #expect("Total".dropFirst(last.end).isEmpty)
    }
}
