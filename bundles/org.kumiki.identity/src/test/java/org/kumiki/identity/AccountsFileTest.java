package org.kumiki.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.kumiki.api.identity.AccessKey;

class AccountsFileTest {

    @TempDir
    Path data;

    private AccountsFile file;
    private Path accounts;
    private Path credentials;

    @BeforeEach
    void firstStart() throws Exception {
        file = new AccountsFile(data, "us-east-1");
        accounts = data.resolve("identity/accounts.ini");
        credentials = data.resolve("credentials");
        file.prepare(new SecureRandom());
    }

    @Test
    void makesARootKeyThatOnlyTheOwnerCanRead() throws Exception {
        AccessKey key = file.readIfChanged().orElseThrow().rootKey().orElseThrow();

        assertThat(credentials).hasContent("[default]\naws_access_key_id=" + key.id() + "\naws_secret_access_key=" + key.secret()
                + "\nregion=us-east-1\n");
        for (Path secret : new Path[] { accounts, credentials }) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret))).isEqualTo("rw-------");
        }
        assertThat(data.resolve("credentials.next")).doesNotExist();
    }

    @Test
    void keepsTheKeyOverRestarts() throws Exception {
        Accounts first = file.readIfChanged().orElseThrow();

        AccountsFile again = new AccountsFile(data, "us-east-1");
        again.prepare(new SecureRandom());

        assertThat(again.readIfChanged()).contains(first);
    }

    @Test
    void makesADifferentKeyInEveryDatacenter(@TempDir Path elsewhere) throws Exception {
        AccountsFile other = new AccountsFile(elsewhere, "us-east-1");
        other.prepare(new SecureRandom());

        assertThat(other.readIfChanged().orElseThrow().keys().keySet())
                .doesNotContainAnyElementsOf(file.readIfChanged().orElseThrow().keys().keySet());
    }

    @Test
    void seesADisabledKey() throws Exception {
        file.readIfChanged();

        Files.writeString(accounts, Files.readString(accounts).replace("active = true", "active = false"));

        assertThat(file.readIfChanged().orElseThrow().keys().values()).extracting(AccessKey::active).containsExactly(false);
        assertThat(file.readIfChanged()).isEmpty();
    }

    @Test
    void changesNothingForAFileItDoesNotUnderstandAndLosesNothing() throws Exception {
        Accounts before = file.readIfChanged().orElseThrow();
        String good = Files.readString(accounts);

        Files.writeString(accounts, good + "oops\n");
        assertThat(file.readIfChanged()).isEmpty();
        assertThat(accounts).hasContent(good + "oops\n");

        Files.writeString(accounts, good);
        assertThat(file.readIfChanged()).contains(before);
    }

    @Test
    void doesNotReplaceAFileItDoesNotUnderstandAtTheNextStart() throws Exception {
        Files.writeString(accounts, "oops\n");

        AccountsFile again = new AccountsFile(data, "us-east-1");
        again.prepare(new SecureRandom());

        assertThat(again.readIfChanged()).isEmpty();
        assertThat(accounts).hasContent("oops\n");
    }

    @Test
    void offersTheRootKeyAgainWhenTheCredentialsAreGone() throws Exception {
        file.readIfChanged();
        String before = Files.readString(credentials);
        Files.delete(credentials);

        AccountsFile again = new AccountsFile(data, "us-east-1");
        again.prepare(new SecureRandom());
        again.readIfChanged();

        assertThat(credentials).hasContent(before);
    }

    @Test
    void leavesCredentialsAloneThatSomeoneElsePutThere() throws Exception {
        Files.writeString(credentials, "[default]\naws_access_key_id=AKIAMINE\n");

        file.readIfChanged();

        assertThat(credentials).hasContent("[default]\naws_access_key_id=AKIAMINE\n");
    }

    @Test
    void takesTheRightsOfOthersAway() throws Exception {
        Files.setPosixFilePermissions(accounts, PosixFilePermissions.fromString("rw-r--r--"));

        file.prepare(new SecureRandom());

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(accounts))).isEqualTo("rw-------");
    }
}
