package org.kumiki.image.guest;

import java.nio.file.Path;

import org.kumiki.api.storage.Disk.Format;

/**
 * A guest image that has been made.
 *
 * @param vmlinuz    the kernel as boot loaders take it
 * @param diskFormat how {@code disk} is laid out
 * @param diskMiB    the size of the disk that the guest sees
 */
public record GuestImage(Path kernel, Path vmlinuz, Path initrd, String commandLine, Path disk, Format diskFormat, long diskMiB) {
}
