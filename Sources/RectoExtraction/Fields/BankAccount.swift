import RectoPages

/// Tells the number of an account at a bank from a customer's: both are printed as `Account number`.
enum BankAccount {
    /// Beginnings of words for accounts.
    private static let accounts = ["account", "konto", "compte", "cuenta", "conto", "rekening"]
    /// Words beside them where the account is at a bank.
    private static let banks: Set<String> = [
        "iban", "bic", "swift", "bank", "bankleitzahl", "blz", "sort", "routing", "aba", "bsb", "rib", "guichet",
        "banque",
        "banco", "banca", "kreditinstitut", "payee", "beneficiary", "bankverbindung",
    ]
    /// They stand at most this many heights above or below, or beside it.
    private static let reach = (vertical: 4.0, horizontal: 20.0)

    /// Whether a caption is that of an account at a bank, as what stands around it says.
    ///
    /// - Parameters:
    ///   - place: The place of the caption's tile.
    ///   - readings: What was read in the page's tiles.
    ///   - field: The field that it is a label of.
    /// - Returns: Whether its number is no customer's; never where the field itself is an account at a bank.
    static func isLabel(_ place: Int, in readings: [TileReading], of field: SchemaField) -> Bool {
        guard field.isNumbered, namesAccount(readings[place].text), !namesBank(field.title),
            !namesAccount(field.title)
        else { return false }
        let box = readings[place].box
        return readings.contains { other in
            abs(other.box.y0 - box.y0) <= reach.vertical * box.height
                && other.box.x0 - box.x1 <= reach.horizontal * box.height
                && box.x0 - other.box.x1 <= reach.horizontal * box.height && namesBank(other.text)
        }
    }

    private static func namesAccount(_ text: String) -> Bool {
        FoldedText.words(of: text).contains { word in accounts.contains(where: word.hasPrefix) }
    }

    /// Whether a text has a word of banks, or a British sort code.
    private static func namesBank(_ text: String) -> Bool {
        !FoldedText.words(of: text).isDisjoint(with: banks)
            || text.firstMatch(of: /(?:^|\s)[0-9]{2}-[0-9]{2}-[0-9]{2}(?:$|[\s,;])/) != nil
    }
}
