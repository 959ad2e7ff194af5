extension MountKind {
    /// Names a file system by the magic number of `statfs`.
    ///
    /// Everything that another machine, or a program in user space, can change without the kernel here seeing it
    /// counts as remote: inotify stays silent there.
    ///
    /// - Parameter magic: `f_type`; the numbers stand in `linux/magic.h` and `man 2 statfs`.
    package init(magic: UInt32) {
        let remote: [UInt32: String] = [
            0x6969: "nfs", 0x517B: "smb", 0xFF53_4D42: "cifs", 0xFE53_4D42: "smb2", 0x6573_5546: "fuse",
            0x0102_1997: "9p", 0x00C3_6400: "ceph", 0x5346_414F: "afs", 0x7461_636F: "ocfs2", 0x0116_1970: "gfs2",
            0x0BD0_0BD0: "lustre", 0x7363_6B74: "coda", 0x786F_4256: "vboxsf", 0xBACB_ACBC: "vmhgfs",
        ]
        let local: [UInt32: String] = [
            0xEF53: "ext4", 0x5846_5342: "xfs", 0x9123_683E: "btrfs", 0x0102_1994: "tmpfs", 0x2FC1_2FC1: "zfs",
            0x794C_7630: "overlay", 0xF2F5_2010: "f2fs", 0x4D44: "vfat", 0x2011_BAB0: "exfat",
        ]
        if let name = remote[magic] {
            self.init(name: name, isRemote: true)
        } else {
            self.init(name: local[magic] ?? "0x" + String(magic, radix: 16), isRemote: false)
        }
    }
}
