import CLinux
import RectoPipeline

/// Gives memory that a page left behind back to the system, so that a long document peaks like a short one.
enum FreedMemory {
    /// Hears an event; a page's end is when its pixels are free.
    static func handBack(after event: PipelineEvent) {
        guard case .pageFinished = event else { return }
        malloc_trim(0)
    }
}
