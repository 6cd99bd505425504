package org.kumiki.launcher;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedDirectoriesTest {

    @TempDir
    Path parent;
    private Path load;
    private UserPrincipal me;
    private WatchedDirectories watched;

    @BeforeEach
    void makeLoad() throws IOException {
        load = Files.createDirectory(parent.resolve("load"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        me = Files.getOwner(load);
        watched = new WatchedDirectories(List.of(load, parent.resolve("absent")));
    }

    @Test
    void othersMayReadAndNotWrite() throws IOException {
        Files.setPosixFilePermissions(load, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThatNoException().isThrownBy(() -> watched.check(me));

        for (String permissions : List.of("rwxrwxr-x", "rwxr-xrwx", "rwx-w----", "rwxrwxrwx")) {
            Files.setPosixFilePermissions(load, PosixFilePermissions.fromString(permissions));
            assertThatIOException().isThrownBy(() -> watched.check(me)).withMessageContaining("chmod go-w " + load);
        }
    }

    @Test
    void aDirectoryOfSomebodyElseIsNotWatched() throws IOException {
        UserPrincipal other = load.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
        if (me.getName().equals("root")) {
            Files.setOwner(load, other);
            assertThatIOException().isThrownBy(() -> watched.check(me)).withMessageContaining("belongs to nobody");
            assertThatNoException().isThrownBy(() -> watched.check(other));
        } else {
            assertThatIOException().isThrownBy(() -> watched.check(other)).withMessageContaining("belongs to " + me.getName());
        }
    }

    @Test
    void aLinkThatLeadsOutIsRefused() throws Exception {
        Path inside = Files.createFile(load.resolve("thing.jar"));
        Path outside = Files.createFile(parent.resolve("thing.jar"));
        watched.refuseLink(inside.toUri().toString());
        watched.refuseLink(Files.createSymbolicLink(load.resolve("same.jar"), inside).toUri().toString());
        watched.refuseLink(outside.toUri().toString());
        watched.refuseLink("inputstream:thing.jar");

        Path link = Files.createSymbolicLink(load.resolve("link.jar"), outside);

        assertThatExceptionOfType(BundleRefused.class).isThrownBy(() -> watched.refuseLink(link.toUri().toString()))
                .withMessageContaining(outside.toRealPath().toString());
    }
}
