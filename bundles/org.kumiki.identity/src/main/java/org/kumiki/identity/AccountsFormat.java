package org.kumiki.identity;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.kumiki.api.identity.AccessKey;
import org.kumiki.api.identity.Account;
import org.kumiki.api.model.AccountId;

/**
 * How accounts are written down: in the INI manner, for people to edit.
 *
 * <pre>
 * [account 000000000001]
 * name = root
 *
 * [key AKIA…]
 * account = 000000000001
 * secret = …
 * active = true
 * </pre>
 *
 * Reading is strict, because a misspelt {@code active} would leave a key valid. What it says of a mistake never shows a secret.
 */
final class AccountsFormat {

    private static final String INTRODUCTION = """
            # The accounts of this datacenter and their access keys. The first account is the operator's.
            # A change counts within a second; a file that cannot be read changes nothing, and the log says why.
            # To take a key away: active = false
            """;
    private static final Pattern SECTION = Pattern.compile("\\[(account|key) +([^\\]\\s]+)\\]");
    private static final Map<String, Set<String>> SETTINGS = Map.of("account", Set.of("name"), "key",
            Set.of("account", "secret", "active"));

    private record Section(int line, String kind, String id, Map<String, String> settings) {

        String get(String setting) throws MalformedAccountsException {
            String value = settings.get(setting);
            if (value == null || value.isEmpty()) {
                throw new MalformedAccountsException(line, kind + " " + id + " has no " + setting);
            }
            return value;
        }
    }

    private AccountsFormat() {
    }

    static String write(Accounts accounts) {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        for (Account account : accounts.accounts()) {
            text.append("\n[account ").append(account.id()).append("]\nname = ").append(account.name()).append('\n');
        }
        for (AccessKey key : accounts.keys().values()) {
            text.append("\n[key ").append(key.id()).append("]\naccount = ").append(key.account().id()).append("\nsecret = ")
                    .append(key.secret()).append("\nactive = ").append(key.active()).append('\n');
        }
        return text.toString();
    }

    static Accounts read(String text) throws MalformedAccountsException {
        List<Section> sections = sections(text);
        Map<String, Account> accounts = new LinkedHashMap<>();
        for (Section section : sections) {
            if (section.kind.equals("account") && accounts.put(section.id, account(section)) != null) {
                throw new MalformedAccountsException(section.line, "account " + section.id + " is there twice");
            }
        }
        if (accounts.isEmpty()) {
            throw new MalformedAccountsException(1, "there is no account");
        }
        Map<String, AccessKey> keys = new LinkedHashMap<>();
        for (Section section : sections) {
            if (section.kind.equals("key") && keys.put(section.id, key(section, accounts)) != null) {
                throw new MalformedAccountsException(section.line, "key " + section.id + " is there twice");
            }
        }
        return Accounts.of(accounts.values(), keys.values());
    }

    private static List<Section> sections(String text) throws MalformedAccountsException {
        List<Section> sections = new ArrayList<>();
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            Matcher section = SECTION.matcher(line);
            if (section.matches()) {
                sections.add(new Section(number, section.group(1), section.group(2), new HashMap<>()));
            } else if (sections.isEmpty() || line.indexOf('=') < 1) {
                throw new MalformedAccountsException(number, "expected [account ID], [key ID], or a setting of one");
            } else {
                set(sections.get(sections.size() - 1), line, number);
            }
        }
        return sections;
    }

    private static void set(Section section, String line, int number) throws MalformedAccountsException {
        String setting = line.substring(0, line.indexOf('=')).strip();
        if (!SETTINGS.get(section.kind).contains(setting)) {
            throw new MalformedAccountsException(number, "there is no such setting of a" + (section.kind.equals("account") ? "n " : " ")
                    + section.kind + "; there are " + SETTINGS.get(section.kind).stream().sorted().toList());
        }
        if (section.settings.put(setting, line.substring(line.indexOf('=') + 1).strip()) != null) {
            throw new MalformedAccountsException(number, setting + " is there twice");
        }
    }

    private static Account account(Section section) throws MalformedAccountsException {
        try {
            return new Account(new AccountId(section.id), section.get("name"));
        } catch (IllegalArgumentException e) {
            throw new MalformedAccountsException(section.line, "the id of an account is twelve digits");
        }
    }

    private static AccessKey key(Section section, Map<String, Account> accounts) throws MalformedAccountsException {
        Account account = accounts.get(section.get("account"));
        if (account == null) {
            throw new MalformedAccountsException(section.line, "key " + section.id + " is of an account that is not there");
        }
        String active = section.get("active");
        if (!active.equals("true") && !active.equals("false")) {
            throw new MalformedAccountsException(section.line, "active of key " + section.id + " is neither true nor false");
        }
        return new AccessKey(section.id, section.get("secret"), account, active.equals("true"));
    }
}
