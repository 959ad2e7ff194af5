import CRectoKernels

/// What this processor can do beyond the basic instructions of its kind, as far as kernels make use of it.
public enum ProcessorFeatures {
    /// Names as `/proc/cpuinfo` writes them.
    public static var names: [String] {
        [("avx2", recto_has_avx2()), ("avx512_bf16", recto_has_bf16()), ("avx512_vnni", recto_has_vnni())]
            .filter { $0.1 != 0 }.map(\.0)
    }
}
