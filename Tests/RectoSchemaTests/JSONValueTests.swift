import RectoSchema
import Testing

@Suite struct JSONValueTests {
    @Test(
        arguments: [
            ("1", "1.0", true), ("100", "1e2", true), ("0.1", "0.10", true), ("1", "2", false),
            ("1e400", "1e401", true),
            ("12345678901234567890", "12345678901234567891", false),
        ] as [(String, String, Bool)]
    )
    func comparesNumbersByValue(left: String, right: String, isSame: Bool) throws {
        let left = try #require(JSONNumber(left))
        let right = try #require(JSONNumber(right))
        #expect(left.isSameValue(as: right) == isSame)
    }

    @Test(arguments: ["", "1.", ".1", "01", "+1", "1e", "0x1", "1_000", "1,0", "--1", "NaN", " 1", "1 ", "١"])
    func refusesTextsThatAreNoNumbers(text: String) {
        #expect(JSONNumber(text) == nil)
    }

    @Test(
        arguments: [
            (595.2756, 2, "595.28"), (1, 2, "1"), (-0.001, 2, "0"), (0.97, 4, "0.97"), (1e6, 2, "1000000"),
            (0.30000000000000004, 4, "0.3"),
        ] as [(Double, Int, String)]
    )
    func writesDecimalsTheSameEverywhere(value: Double, decimals: Int, text: String) {
        #expect(JSONWriter().string(.decimal(value, decimals: decimals)) == text)
    }

    @Test func writesNullForNumbersThatAreNotFinite() {
        #expect(JSONValue.decimal(.nan, decimals: 2).isNull)
        #expect(JSONValue.decimal(.infinity, decimals: 2).isNull)
    }

    @Test(arguments: ["", "/a", "/a~1b", "/m~0n", "/", "/0/1", "/a//b", "/é"])
    func readsAndWritesPointers(text: String) throws {
        #expect(try #require(JSONPointer(parsing: text)).description == text)
    }

    @Test(arguments: ["a", "/~", "/~2", "#/a"])
    func refusesTextsThatAreNoPointers(text: String) {
        #expect(JSONPointer(parsing: text) == nil)
    }

    @Test func followsPointers() throws {
        let value = try JSONParser().parse(#"{"a/b":[10,{"~":"x"}],"":1}"#)
        #expect(value.value(at: try #require(JSONPointer(parsing: "/a~1b/1/~0"))) == "x")
        #expect(value.value(at: try #require(JSONPointer(parsing: "/"))) == 1)
        #expect(value.value(at: try #require(JSONPointer(parsing: "/a~1b/01"))) == nil)
        #expect(value.value(at: try #require(JSONPointer(parsing: "/a~1b/2"))) == nil)
    }

    @Test func keepsThePlaceOfAKeyThatIsSetAgainAndForgetsOneThatIsRemoved() {
        var object: JSONObject = ["a": 1, "b": 2, "c": 3]
        object["a"] = 4
        object["b"] = nil
        object["d"] = 5
        #expect(object.keys == ["a", "c", "d"])
        #expect(object["c"] == 3)
        #expect(object["d"] == 5)
    }

    @Test func visitsLeavesInOrder() throws {
        let value = try JSONParser().parse(#"{"b":{"x":1,"w":[true,{}]},"a":null}"#)
        var places: [String] = []
        value.forEachLeaf { pointer, _ in places.append(pointer.description) }
        #expect(places == ["/b/x", "/b/w/0", "/a"])
    }
}
