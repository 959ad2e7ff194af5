import Foundation
import Glibc
import RectoDaemon
import RectoTestSupport
import Testing

struct ServiceNotifierTests {
    @Test(arguments: [false, true])
    func messagesArriveAtPathAndAbstractSockets(isAbstract: Bool) throws {
        let folder = try TemporaryFolder()
        let name = isAbstract ? "@recto-test-\(UUID().uuidString)" : folder.url.appending(path: "notify").path
        let descriptor = try listen(on: name)
        defer { close(descriptor) }
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": name])
        #expect(notifier.send("READY=1\nSTATUS=watching"))
        var buffer = [UInt8](repeating: 0, count: 100)
        let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == "READY=1\nSTATUS=watching")
    }

    @Test func withoutSystemdNothingIsSent() {
        #expect(!ServiceNotifier(environment: [:]).send("READY=1"))
        #expect(!ServiceNotifier(environment: ["NOTIFY_SOCKET": "vsock:2"]).isActive)
        #expect(!ServiceNotifier(environment: ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)]).send("x"))
    }

    @Test func theWatchdogIntervalIsThatOfThisProcess() {
        #expect(ServiceNotifier(environment: ["WATCHDOG_USEC": "3000000"]).watchdogInterval == .seconds(3))
        let other = ["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"]
        #expect(ServiceNotifier(environment: other).watchdogInterval == nil)
    }

    @Test func theWatchdogIsFedOnlyWhileWorkGetsOn() {
        let heartbeat = Heartbeat()
        let start = ContinuousClock.now
        #expect(heartbeat.stalledWork(at: start + .seconds(999), limit: .seconds(10)) == nil)
        heartbeat.beat("job-1", at: start)
        heartbeat.beat("job-2", at: start + .seconds(9))
        #expect(heartbeat.stalledWork(at: start + .seconds(10), limit: .seconds(10)) == nil)
        #expect(heartbeat.stalledWork(at: start + .seconds(11), limit: .seconds(10)) == "job-1")
        heartbeat.end("job-1")
        #expect(heartbeat.stalledWork(at: start + .seconds(11), limit: .seconds(10)) == nil)
    }

    private func listen(on name: String) throws -> Int32 {
        var bytes = Array(name.utf8)
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
        }
        try #require(result == 0)
        return descriptor
    }
}
