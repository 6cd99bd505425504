package org.kumiki.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The directories whose files become bundles and configurations: whoever may write there may change the platform. */
record WatchedDirectories(List<Path> directories) {

    private static final Set<PosixFilePermission> OTHERS_WRITE =
            EnumSet.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

    static WatchedDirectories of(Settings settings) {
        return new WatchedDirectories(Stream.of(settings.get("felix.fileinstall.dir").split(",")).map(String::strip)
                .map(directory -> Path.of(directory).toAbsolutePath().normalize()).toList());
    }

    /** Refuses to begin where others than the owner may write, and the owner is neither this process nor root. */
    void check(UserPrincipal me) throws IOException {
        for (Path directory : directories) {
            if (!Files.exists(directory)) {
                continue;
            }
            PosixFileAttributes attributes = Files.readAttributes(directory, PosixFileAttributes.class);
            if (attributes.permissions().stream().anyMatch(OTHERS_WRITE::contains)) {
                throw new IOException("others may write to " + directory + ", and so change the platform; take that from them: chmod go-w "
                        + directory);
            }
            UserPrincipal owner = attributes.owner();
            if (!owner.equals(me) && !owner.getName().equals("root")) {
                throw new IOException(directory + " belongs to " + owner.getName() + ", who may so change the platform; it must belong to "
                        + me.getName());
            }
        }
    }

    /** A link out of a watched directory would let in what somebody else may write. */
    void refuseLink(String location) throws BundleRefused, IOException {
        Path file = file(location);
        if (file != null && directories.contains(file.getParent()) && Files.isSymbolicLink(file)
                && !file.toRealPath().startsWith(file.getParent().toRealPath())) {
            throw new BundleRefused("it is a link to " + file.toRealPath() + "; put the file itself there");
        }
    }

    private static Path file(String location) {
        try {
            URI uri = URI.create(location);
            return "file".equals(uri.getScheme()) ? Path.of(uri) : null;
        } catch (IllegalArgumentException e) {
            return null; // it came from elsewhere
        }
    }
}
