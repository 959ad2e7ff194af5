import Foundation

/// How currencies are printed, and what each sign, code and name may mean by ISO 4217.
enum CurrencyTable {
    /// The usual signs and codes that stand before or after amounts, in small letters, the longest first.
    ///
    /// The rare codes are left out, many of which are words (`ALL`, `TOP`).
    static let besideAmounts: [String] = (commonCodes.map { $0.lowercased() } + signsBesideAmounts)
        .sorted { $0.count > $1.count }

    /// The codes of ISO 4217 that are known, in alphabetical order.
    static var codes: [String] { allCodes.sorted() }

    /// The currencies that a sign, a name or a code may mean.
    ///
    /// - Parameter mark: What is printed, without spaces and full stops.
    /// - Returns: The codes; more than one where only the country decides; nil when it is no currency.
    static func codes(of mark: String) -> [String]? {
        if allCodes.contains(mark) { return [mark] }
        let key = key(mark)
        if let code = commonCodes.first(where: { $0.lowercased() == key }) { return [code] }
        return meanings[key]
    }

    /// The currencies that a sign or a name may mean.
    ///
    /// - Parameter mark: What is printed, without spaces and full stops.
    /// - Returns: The codes; more than one where only the country decides; nil when it is no sign and no name.
    static func meaning(of mark: String) -> [String]? { meanings[key(mark)] }

    /// A sign or name without letter case, accents and compatibility forms.
    private static func key(_ mark: String) -> String {
        mark.precomposedStringWithCompatibilityMapping.folding(
            options: [.caseInsensitive, .diacriticInsensitive],
            locale: nil
        )
    }

    private static let signsBesideAmounts = [
        "euro", "us$", "ca$", "au$", "nz$", "hk$", "mx$", "c$", "a$", "s$", "r$", "sfr.", "sfr", "fr.", "kč", "zł",
        "kr.", "kr",
        "rs.", "ft", "€", "$", "£", "¥", "₹", "₺", "₽", "₩", "₪", "₴", "฿", "₫", "₱",
    ]

    private static let commonCodes = [
        "EUR", "USD", "GBP", "CHF", "JPY", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "CNY", "INR",
        "BRL",
        "MXN", "SGD", "HKD",
    ]

    private static let dollars = [
        "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU", "JMD", "BSD", "BBD", "TTD",
        "FJD",
    ]
    private static let crowns = ["DKK", "NOK", "SEK", "ISK"]
    private static let rupees = ["INR", "PKR", "LKR", "NPR", "MUR", "SCR"]
    private static let francs = ["CHF", "XAF", "XOF", "XPF", "CDF", "RWF"]
    private static let pesos = ["MXN", "ARS", "CLP", "COP", "PHP", "UYU", "DOP", "CUP"]

    private static let meanings: [String: [String]] = {
        var meanings: [String: [String]] = [:]
        for (marks, codes) in table {
            for mark in marks.split(separator: " ") { meanings[key(String(mark))] = codes }
        }
        return meanings
    }()

    private static let table: [(marks: String, codes: [String])] = [
        ("€ euro euros", ["EUR"]), ("$ dollar dollars dólar dólares", dollars),
        ("US$ $US U$S USdollar USdollars USDollar dollarUS dollarsUS", ["USD"]),
        ("C$ CA$ CAN$ CDN$ $CA canadiandollar canadiandollars", ["CAD"]),
        ("A$ AU$ australiandollar australiandollars", ["AUD"]), ("NZ$ newzealanddollar newzealanddollars", ["NZD"]),
        ("S$ SG$ singaporedollar singaporedollars", ["SGD"]), ("HK$ hongkongdollar hongkongdollars", ["HKD"]),
        ("NT$", ["TWD"]), ("MX$ MEX$ pesomexicano pesosmexicanos mexicanpeso mexicanpesos", ["MXN"]),
        ("R$ real reais reales", ["BRL"]), ("peso pesos", pesos), ("₱", ["PHP"]), ("sol soles", ["PEN"]),
        ("£ ₤ pound pounds poundsterling poundssterling britishpound britishpounds sterling livresterling", ["GBP"]),
        ("librasesterlinas libraesterlina librasterling sterlina sterline", ["GBP"]),
        (
            "SFr schweizerfranken swissfranc swissfrancs francsuisse francssuisses francosvizzero franchisvizzeri",
            ["CHF"]
        ),
        ("fr frs franc francs franken franco franchi", francs), ("¥", ["JPY", "CNY"]), ("JP¥ yen 円", ["JPY"]),
        ("CN¥ yuan rmb renminbi 元", ["CNY"]), ("₹ indianrupee indianrupees", ["INR"]), ("Rs rupee rupees", rupees),
        ("kr krone kroner kronen krona kronor", crowns), ("DKr danskekroner", ["DKK"]), ("NKr norskekroner", ["NOK"]),
        ("SKr svenskakronor", ["SEK"]), ("IKr", ["ISK"]), ("Kč koruna", ["CZK"]), ("zł złoty zloty", ["PLN"]),
        ("Ft forint", ["HUF"]), ("₺", ["TRY"]), ("₽", ["RUB"]), ("₩", ["KRW"]), ("₪", ["ILS"]), ("₴", ["UAH"]),
        ("฿", ["THB"]), ("₫", ["VND"]), ("₦", ["NGN"]), ("₡", ["CRC"]), ("₲", ["PYG"]), ("₵", ["GHS"]), ("₸", ["KZT"]),
        ("₼", ["AZN"]), ("₾", ["GEL"]), ("₮", ["MNT"]), ("₭", ["LAK"]), ("៛", ["KHR"]), ("৳", ["BDT"]),
    ]

    /// The codes of ISO 4217 that are in use, without those of metals, funds and tests.
    private static let allCodes: Set<String> = {
        let codes = """
            AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF \
            CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG \
            HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA \
            MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD \
            RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX \
            USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
            """
        return Set(codes.split(separator: " ").map(String.init))
    }()
}
