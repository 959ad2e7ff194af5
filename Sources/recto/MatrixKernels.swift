import Foundation

/// Sees to it that OpenBLAS runs the kernels that this processor can run.
///
/// OpenBLAS chooses its kernels when it is loaded, by a list of processor models; the release that Debian 12 packages
/// (0.3.21) does not know AMD's AVX-512 processors and runs its Haswell kernels on them, at half the speed. The choice can
/// only be changed by an environment variable that is set before the library loads, so the program starts itself again.
enum MatrixKernels {
    private static let variable = "OPENBLAS_CORETYPE"
    private static let needed = ["avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512cd"]

    /// Starts the program again with better kernels if there are any; returns when there is nothing to gain.
    static func restartIfBetter() {
        guard ProcessInfo.processInfo.environment[variable] == nil,
            let processor = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            isUnderestimated(processor)
        else { return }
        _ = unsafe setenv(variable, "SkylakeX", 1)
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe CommandLine.arguments.map { unsafe strdup($0) }
        unsafe arguments.append(nil)
        // Only returns when it fails; then the program goes on as it is, slower.
        _ = unsafe execv("/proc/self/exe", arguments)
        unsafe arguments.forEach { unsafe free($0) }
    }

    /// Whether a processor can do AVX-512 and is of a make that OpenBLAS 0.3.21 does not credit with it.
    static func isUnderestimated(_ processor: String) -> Bool {
        let lines = processor.split(separator: "\n")
        guard let vendor = lines.first(where: { $0.hasPrefix("vendor_id") }), vendor.hasSuffix("AuthenticAMD"),
            let flags = lines.first(where: { $0.hasPrefix("flags") })
        else { return false }
        let features = Set(flags.split(separator: " "))
        return needed.allSatisfy { features.contains(Substring($0)) }
    }
}
