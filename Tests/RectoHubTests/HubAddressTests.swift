import RectoHub
import RectoPages
import Testing

/// Which addresses and names are taken.
struct HubAddressTests {
    @Test(arguments: [
        "", "hub.example", "ftp://hub.example", "https://", "https://user:word@hub.example", "https://h/?q=1",
        "file:///etc",
    ])
    func onlyAddressesOfHTTPAreTaken(_ text: String) {
        #expect(throws: HubError.self) { try HubAddress(endpoint: text, token: nil) }
    }

    @Test func aTokenDoesNotTravelReadable() throws {
        #expect(throws: HubError.self) { try HubAddress(endpoint: "http://hub.example", token: "t") }
        #expect(throws: HubError.self) { try HubAddress(endpoint: "https://hub.example", token: "t\nX-Other: y") }
        _ = try HubAddress(endpoint: "http://hub.example", token: nil)
        _ = try HubAddress(endpoint: "https://hub.example/mirror/", token: "t")
        _ = try HubAddress(endpoint: "http://localhost:8000", token: "t")
    }

    @Test(arguments: ["", "a/b/c", "../b", "a/..", "a b/c", "-a/b", "a/b@", "a/b@../c", "a/b?x", "ä/b", "/b", "a/"])
    func namesThatNoModelHasAreRefused(_ text: String) {
        #expect(throws: HubError.badName(text)) { try HubModelName(text) }
    }

    @Test func aNameMayHaveARevision() throws {
        let name = try HubModelName("Owner/Model-1.5_b@refs/pr/3")
        #expect("\(name)" == "Owner/Model-1.5_b")
        #expect(name.revision == "refs/pr/3")
        #expect(name.folderName == "Model-1.5_b")
        #expect(try HubModelName("gpt2").revision == "main")
    }

    @Test func errorsSayWhoseFaultTheyAre() {
        #expect(HubError.connection(host: "h", reason: "r").category == .environment)
        #expect(HubError.status("x", status: 503).category == .environment)
        #expect(HubError.status("x", status: 418).category == .defect)
        #expect(HubError.noAddress.category == .defect)
    }

    @Test func whatTheHubSendsCannotSteerTheTerminal() {
        #expect(HubError.unsafePath("a\u{1B}[2J\u{9B}").description.contains("'a\\u{1b}[2J\\u{9b}'"))
    }
}
