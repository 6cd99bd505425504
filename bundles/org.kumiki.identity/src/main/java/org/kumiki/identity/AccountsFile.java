package org.kumiki.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

import org.kumiki.api.identity.Account;
import org.kumiki.api.model.AccountId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounts on disk: {@code identity/accounts.ini}, which is the truth, and {@code credentials}, where AWS clients find the root
 * account's key. Not thread-safe.
 */
final class AccountsFile {

    private static final Logger LOG = LoggerFactory.getLogger(AccountsFile.class);
    /** The same in every datacenter, so that one that lost this file still knows whose its instances are. */
    private static final Account ROOT = new Account(new AccountId("000000000001"), "root");

    /** What tells one state of a file from another without reading it. */
    private record Stamp(FileTime modified, long size, Object inode) {

        static final Stamp NONE = new Stamp(FileTime.fromMillis(0), -1, "");

        static Stamp of(Path file) throws IOException {
            if (Files.notExists(file)) {
                return NONE;
            }
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime(), attributes.size(), String.valueOf(attributes.fileKey()));
        }
    }

    private final Path file;
    private final Path credentials;
    private final String region;
    private Stamp seen;

    AccountsFile(Path data, String region) {
        file = data.resolve("identity").resolve("accounts.ini");
        credentials = data.resolve("credentials");
        this.region = region;
    }

    /** Makes the root account and its key, if this is the first start ever, and sees that AWS clients find it. */
    void prepare(SecureRandom random) throws IOException {
        if (Files.notExists(file)) {
            SecretFile.write(file, AccountsFormat.write(Accounts.of(List.of(ROOT), List.of(NewKey.of(ROOT, random)))));
            LOG.info("Made the root account {} and its access key, which is in {}", ROOT.id(), credentials);
        }
        if (SecretFile.close(file)) {
            LOG.warn("Others could read {}, which now they cannot; replace the keys in it if they may have", file);
        }
    }

    /** What the file says, if that has changed since the last time and can be understood; else the log says why not. */
    Optional<Accounts> readIfChanged() {
        try {
            Stamp now = Stamp.of(file);
            if (now.equals(seen)) {
                return Optional.empty();
            }
            seen = now;
            if (now.equals(Stamp.NONE)) {
                LOG.error("{} is gone; the accounts stay as they were. Put it back before the next start", file);
                return Optional.empty();
            }
            Accounts accounts = AccountsFormat.read(Files.readString(file, UTF_8));
            offer(accounts);
            return Optional.of(accounts);
        } catch (MalformedAccountsException e) {
            LOG.error("{} is not understood, and changes nothing until it is corrected: {}", file, e.getMessage());
        } catch (IOException e) {
            LOG.error("{} cannot be read, and changes nothing", file, e);
        }
        return Optional.empty();
    }

    private void offer(Accounts accounts) throws IOException {
        var key = accounts.rootKey();
        if (key.isEmpty()) {
            LOG.warn("The root account has no active key in {}", file);
        } else if (Files.notExists(credentials)) {
            SecretFile.write(credentials, "[default]\naws_access_key_id=" + key.get().id() + "\naws_secret_access_key=" + key.get().secret()
                    + "\nregion=" + region + "\n");
        } else if (!Files.readString(credentials, UTF_8).contains(key.get().id())) {
            LOG.warn("{} does not hold the root account's key {}; move it away, and it is made anew at the next change or start",
                    credentials, key.get().id());
        }
    }
}
