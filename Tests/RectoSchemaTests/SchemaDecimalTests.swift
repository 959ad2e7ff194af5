import RectoSchema
import Testing

@Suite struct SchemaDecimalTests {
    private static func decimal(_ text: String) throws -> ExactDecimal {
        let number = try #require(JSONNumber(text))
        return try #require(ExactDecimal(number))
    }

    @Test(
        arguments: [
            ("0", "0"), ("-0.000e5", "0"), ("1.0", "1"), ("-12.50", "-12.5"), ("0.001", "0.001"), ("1e3", "1000"),
            ("1E-2", "0.01"), ("120e-1", "12"), ("1e30", "1e30"), ("-1.5e-30", "-15e-31"),
            ("0e99999999999999999999", "0"),
            ("12345678901234567890123456789.5", "12345678901234567890123456789.5"),
            ("1e+000000000000000000003", "1000"),
        ] as [(String, String)]
    )
    func readsAndWritesTheValue(text: String, written: String) throws {
        let value = try Self.decimal(text)
        #expect(value.description == written)
        #expect(try Self.decimal(written) == value)
    }

    @Test(arguments: ["1e1000001", "1e-1000001", "5E99999999999999999999999"])
    func refusesExponentsThatNobodyMeans(text: String) throws {
        let number = try #require(JSONNumber(text))
        #expect(ExactDecimal(number) == nil)
    }

    @Test func ordersNumbersByValue() throws {
        let rising = [
            "-1e300", "-1000000000000000000001", "-1e21", "-9.5", "-9", "-0.1", "-0.0999", "0", "1e-300", "0.0999",
            "0.1",
            "0.10000000000000000000001", "9", "9.5", "10", "1e21", "1000000000000000000001", "1e300",
        ]
        let values = try rising.map(Self.decimal)
        for (i, left) in values.enumerated() {
            for (j, right) in values.enumerated() {
                #expect((left < right) == (i < j), "\(left) < \(right)")
                #expect((left == right) == (i == j))
            }
            #expect(-(-left) == left)
        }
    }

    @Test(
        arguments: [
            ("0.3", "0.1", true), ("0.35", "0.1", false), ("0", "7", true), ("4.02", "0.01", true),
            ("1e300", "3", false),
            ("3e300", "3", true), ("1e1000000", "0.5", true), ("1e1000000", "1024", true), ("1e1000000", "7", false),
            ("1", "1e-1000000", true), ("0.0075", "0.0001", true), ("0.00751", "0.0001", false), ("-12", "4", true),
            ("9007199254740993", "2", false), ("123456789012345678901234567890", "10", true), ("100", "1e3", false),
            ("1e3", "1e3", true), ("1", "0", false), ("12345678987654321", "111111111", true),
        ] as [(String, String, Bool)]
    )
    func tellsMultiples(value: String, divisor: String, isMultiple: Bool) throws {
        #expect(try Self.decimal(value).isMultiple(of: Self.decimal(divisor)) == isMultiple)
    }

    @Test func agreesWithIntegerArithmetic() throws {
        var random = SplitMix(state: 7)
        for _ in 0..<20_000 {
            let (a, b) = (random.next(below: 20_001) - 10_000, random.next(below: 200) + 1)
            let (x, y) = (random.next(below: 5), random.next(below: 5))
            let powers = [1, 10, 100, 1_000, 10_000]
            let left = ExactDecimal(isNegative: a < 0, digits: String(a.magnitude).utf8.map { $0 - 0x30 }, exponent: x)
            let right = ExactDecimal(isNegative: false, digits: String(b).utf8.map { $0 - 0x30 }, exponent: y)
            let (whole, divisor) = (a * powers[x], b * powers[y])
            #expect((left < right) == (whole < divisor))
            #expect((left == right) == (whole == divisor))
            #expect(left.isMultiple(of: right) == (whole % divisor == 0), "\(left) of \(right)")
            #expect(left.intValue == whole)
            #expect(left == ExactDecimal(whole))
        }
    }

    @Test(
        arguments: [
            ("9223372036854775807", 9_223_372_036_854_775_807), ("9223372036854775808", nil), ("-1e2", -100),
            ("0.5", nil),
            ("1e19", nil), ("0.0", 0),
        ] as [(String, Int?)]
    )
    func givesIntegersThatFit(text: String, value: Int?) throws {
        #expect(try Self.decimal(text).intValue == value)
    }
}
