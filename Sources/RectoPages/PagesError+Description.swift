extension PagesError {
    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .encrypted(let place):
            "\(place) is encrypted; give its password with --password, or in the file that `passwords` names in recto.yaml."
        case .wrongPassword(let place, let tried):
            "\(place) is encrypted and none of the \(tried) configured passwords opens it; add the right one."
        case .damaged(let place, let reason):
            "\(place) is damaged (\(reason)); open it in a PDF reader and save it anew, or ask for another copy."
        case .empty(let place): "\(place) is an empty file; copy it again."
        case .unsupported(let place, let found):
            "\(place) is neither a PDF nor a PNG but \(found); convert it to PDF first."
        case .noPages(let place): "\(place) has no pages; ask its sender for another copy."
        case .tooManyPages(let place, let found, let limit):
            "\(place) has \(found) pages, more than the limit of \(limit); split it or raise the limit."
        case .unreadable(let place, let reason):
            "\(place) cannot be read (\(reason)); check that it exists and who may read it."
        case .noSuchPage(let place, let pageCount): "\(place) does not exist; the document has \(pageCount) pages."
        case .zeroSize(let place, let size):
            "\(place) has no area (\(size.width) × \(size.height) points); have the document made again."
        case .tooLarge(let place, let size, let lowestDPI):
            "\(place) measures \(size.width) × \(size.height) points, too many pixels even at \(lowestDPI) dpi; "
                + "split the page or raise the pixel limit."
        case .crashed(let place, let signal):
            "The renderer died of \(signal) on \(place), only this document is affected; save it anew in a PDF reader."
        case .cpuLimit(let place, let seconds):
            "Rendering \(place) needed more than \(seconds) s of processor time; simplify the document or raise the limit."
        case .timeLimit(let place, let seconds):
            "Rendering \(place) took longer than \(seconds) s; raise the limit or lighten the machine's load."
        case .memoryLimit(let place, let megabytes):
            "Rendering \(place) needed more than \(megabytes) MB; lower the DPI or raise the memory limit."
        case .protocolViolation(let place, let found):
            "recto-rasterizer answered \(found) for \(place); "
                + "if other documents fail too, reinstall both programs from one release."
        case .rasterizerMissing(let searched):
            "recto-rasterizer was not found in \(searched.joined(separator: ", ")); "
                + "install it beside recto or name it in RECTO_RASTERIZER."
        case .rasterizerUnusable(let executable, let reason):
            "\(executable) could not be run (\(reason)); check the installation and the limits of the service."
        case .sandboxUnavailable(let missing):
            "The renderer cannot be confined because \(missing) is not available; enable it in the kernel and in the unit, "
                + "or allow unconfined rendering in the configuration."
        case .imageNotWritten(let file, let reason):
            "\(file) could not be written (\(reason)); check the folder, its permissions and the free space."
        }
    }
}
