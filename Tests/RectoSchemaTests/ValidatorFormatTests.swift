import RectoSchema
import Testing

@Suite struct ValidatorFormatTests {
    @Test(
        arguments: [
            (
                .date, ["0000-02-29", "2000-02-29", "9999-12-31"],
                ["1900-02-29", "2024-00-01", "2024-01-00", "2024-1-01", "12024-01-01", "2024-01-01 "]
            ),
            (
                .time, ["00:00:00z", "12:00:00.000000000000001-23:59", "00:59:60+01:00"],
                ["12:00:00.Z", "12:00Z", "12:00:00+1:00", "12:00:00+24:00", "24:00:00Z", "12:00:00"]
            ),
            (
                .dateTime, ["2016-12-31T23:59:60Z", "2024-02-29t00:00:00-00:00"],
                ["2024-02-29 00:00:00Z", "2023-02-29T00:00:00Z", "2024-02-29T00:00:00"]
            ),
            (
                .email, ["a@b", "a+b@x-y.de", #""a\"b"@c.d"#, #"""@c"#, "a@[127.0.0.1]", "a@[ipv6:1::2]"],
                [
                    "a", "@b", "a@", "a@-b", "a@b-", "a@b..c", "a@b.", "a@b_c", "a b@c", "ä@b.de", #""a"b@c"#,
                    "a@[1.2.3]", "a@[1::2]", "a@[IPv6:1::2", "a@b@c", "a@[::1]x",
                ]
            ),
            (
                .uri,
                [
                    "a:", "a:b", "a://", "a:///x", "a://u:p@h:8/", "a:/b/c?d#e", "a+b-c.1:x", "http://[::1]:80",
                    "x://[v1.a:b]", "x:?#", "a://h?q", "x:%C3%A4",
                ],
                [
                    "", ":", "1a:", "a", "a b:c", "a:b c", "a:%", "a:%4", "a:%zz", "a:ä", "a://[::1", "a://[1]",
                    "a://h:8x", "a:#b#c", "a:<b>", "a://u@h@i", "x://[v.a]", "a:{}", "a:\\",
                ]
            ),
            (
                .uuid, ["00000000-0000-0000-0000-00000000000a"],
                [
                    "{00000000-0000-0000-0000-000000000000}", "00000000-0000-0000-0000-00000000000",
                    "0000000000000-0000-0000-000000000000",
                ]
            ),
            (
                .ipv4, ["0.0.0.0", "255.255.255.255", "1.20.199.9"],
                [
                    "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.1.1.1", "1.1.1.1 ", "1..1.1", "1.1.1.1000", "a.b.c.d",
                    "+1.1.1.1",
                ]
            ),
        ] as [(JSONSchema.Format, [String], [String])]
    )
    func followsTheGrammar(format: JSONSchema.Format, good: [String], bad: [String]) throws {
        let schema = try JSONSchema(source: ["format": .string(format.rawValue)])
        for text in good { #expect(schema.validate(.string(text)).isEmpty, "\(format.rawValue): \(text)") }
        for text in bad { #expect(!schema.validate(.string(text)).isEmpty, "\(format.rawValue): \(text)") }
        #expect(schema.validate(12).isEmpty)
    }

    @Test(
        arguments: [
            ("::", true), ("::1", true), ("1::", true), ("1:2:3:4:5:6:7:8", true), ("1:2:3:4:5:6:7::", true),
            ("::2:3:4:5:6:7:8", true), ("1:2:3:4:5:6:1.2.3.4", true), ("::ffff:1.2.3.4", true), ("abcd::EF01", true),
            ("::1.2.3.4", true), ("1:2:3:4:5:6:7", false), ("1:2:3:4:5:6:7:8:9", false), ("1::2::3", false),
            (":1", false), ("1:", false), (":::", false), ("12345::", false), ("::1.2.3", false), ("1.2.3.4::", false),
            ("1:2:3:4:5:6:7:1.2.3.4", false), ("1:2:3:4:5:6:7:8::", false), ("::g", false), ("", false),
            ("::256.1.1.1", false),
            ("::1:2:3:4:5:6:7:8", false), ("fe80::1%25eth0", false),
        ] as [(String, Bool)]
    )
    func readsAddressesOfVersion6InsideOthers(address: String, isValid: Bool) {
        #expect(JSONSchema.Format.uri.accepts("http://[\(address)]/") == isValid)
        #expect(JSONSchema.Format.email.accepts("a@[IPv6:\(address)]") == isValid)
    }
}
