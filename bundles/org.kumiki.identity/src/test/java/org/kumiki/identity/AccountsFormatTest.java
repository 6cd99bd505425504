package org.kumiki.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.model.AccountId;

class AccountsFormatTest {

    private static final String GOOD = """
            [account 000000000001]
            name = root

            [key AKIA1]
            account = 000000000001
            secret = hush-hush=
            active = true
            """;

    @Test
    void readsWhatItWrote() throws Exception {
        Account root = new Account(new AccountId("000000000001"), "root");
        Account other = new Account(new AccountId("123456789012"), "Ada, the other one");
        AccessKey key = NewKey.of(root, new SecureRandom());
        AccessKey disabled = new AccessKey("AKIA2", "b", other, false);
        Accounts accounts = Accounts.of(List.of(root, other), List.of(key, disabled));

        Accounts read = AccountsFormat.read(AccountsFormat.write(accounts));

        assertThat(read).isEqualTo(accounts);
        assertThat(read.root()).isEqualTo(root);
        assertThat(read.rootKey()).contains(key);
    }

    @Test
    void theFirstOfTheFileIsTheRootAndAllAreInTheOrderOfTheirNumbers() {
        Account root = new Account(new AccountId("123456789012"), "root");
        Account other = new Account(new AccountId("000000000001"), "other");

        Accounts accounts = Accounts.of(List.of(root, other), List.of());

        assertThat(accounts.root()).isEqualTo(root);
        assertThat(accounts.accounts()).containsExactly(other, root);
    }

    @Test
    void keepsASecretWithAnEqualsSign() throws Exception {
        assertThat(AccountsFormat.read(GOOD).accessKey("AKIA1")).map(AccessKey::secret).contains("hush-hush=");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "active = true        | aktive = true          | line 7",
            "active = true        | active = yes           | neither true nor false",
            "active = true        | ''                     | has no active",
            "secret = hush-hush=  | secret =               | has no secret",
            "account = 0000       | account = 9000         | not there",
            "[account 0000000000  | [account x0000000000   | twelve digits",
            "name = root          | hush-hush              | line 2",
            "[key AKIA1]          | [kye AKIA1]            | line 4",
            "name = root          | 'name = a\nname = b'   | twice" })
    void namesTheMistakeAndNoSecret(String right, String wrong, String explanation) {
        assertThatThrownBy(() -> AccountsFormat.read(GOOD.replace(right, wrong))).isInstanceOf(MalformedAccountsException.class)
                .hasMessageContaining(explanation).hasMessageNotContaining("hush");
    }

    @Test
    void refusesAnEmptyFileBecauseThenNobodyWouldBeRoot() {
        assertThatThrownBy(() -> AccountsFormat.read("# nothing\n")).hasMessageContaining("no account");
    }

    @Test
    void makesKeysInTheShapeOfAws() {
        AccessKey key = NewKey.of(new Account(new AccountId("000000000001"), "root"), new SecureRandom());

        assertThat(key.id()).matches("AKIA[A-Z2-7]{16}");
        assertThat(key.secret()).matches("[A-Za-z0-9]{40}");
    }
}
