package org.kumiki.hypervisor.incus;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/** A first root file system of one program and one script, which says on its console who it is. */
final class SmallSystem {

    private static final String OBEYS = "trap 'exit 0' USR2 TERM";
    private static final String DOES_NOT = "trap '' USR2 TERM";

    private SmallSystem() {
    }

    /** @param stubborn whether it does not follow when it is asked to shut down */
    static Path write(Path file, Path busybox, boolean stubborn) throws IOException {
        try (OutputStream out = Files.newOutputStream(file); CpioArchiveOutputStream cpio = new CpioArchiveOutputStream(out)) {
            for (String directory : new String[] { "bin", "dev", "proc", "sys", "tmp", "sbin", "etc", "run" }) {
                put(cpio, directory, CpioConstants.C_ISDIR | 0755, new byte[0]);
            }
            put(cpio, "bin/busybox", CpioConstants.C_ISREG | 0755, Files.readAllBytes(busybox));
            put(cpio, "bin/sh", CpioConstants.C_ISLNK | 0777, "busybox".getBytes(StandardCharsets.UTF_8));
            put(cpio, "sbin/init", CpioConstants.C_ISREG | 0755, ("#!/bin/sh\n" + (stubborn ? DOES_NOT : OBEYS)
                    + "\necho \"this is $(/bin/busybox cat /etc/hostname).\"\nwhile :; do /bin/busybox sleep 1000 & wait; done\n")
                            .getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    private static void put(CpioArchiveOutputStream cpio, String name, long mode, byte[] content) throws IOException {
        CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, name, content.length);
        entry.setMode(mode);
        cpio.putArchiveEntry(entry);
        cpio.write(content);
        cpio.closeArchiveEntry();
    }
}
