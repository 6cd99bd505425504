package org.kumiki.api.blob;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.kumiki.api.blob.Query.From;

class QueryTest {

    private static Query query(String prefix, String delimiter, String after) {
        return new Query(prefix, delimiter, after, "", 10, false);
    }

    @Test
    void groupsKeysThatHaveTheDelimiterAfterThePrefix() {
        Query query = query("a/", "/", "");

        assertThat(query.group("a/b/c/d")).contains("a/b/");
        assertThat(query.group("a/b/")).contains("a/b/");
        assertThat(query.group("a//")).contains("a//");
        assertThat(query.group("a/b")).isEmpty();
        assertThat(query.group("b/c/")).isEmpty();
        assertThat(query("a/", "", "").group("a/b/c")).isEmpty();
        assertThat(query("", "--", "").group("a-b--c")).contains("a-b--");
    }

    @Test
    void beginsWithThePrefixOrAfterAKey() {
        assertThat(query("", "", "").first()).contains(new From("", true));
        assertThat(query("b", "", "").first()).contains(new From("b", true));
        assertThat(query("b", "", "a").first()).contains(new From("b", true));
        assertThat(query("b", "", "bc").first()).contains(new From("bc", false));
    }

    @Test
    void beginsWithAKeyOnceMoreWhoseVersionsAreNotAllListed() {
        assertThat(new Query("", "", "k", "v", 10, true).first()).contains(new From("k", true));
        assertThat(new Query("", "", "k", "v", 10, false).first()).contains(new From("k", false));
        assertThat(new Query("", "", "k", "", 10, true).first()).contains(new From("k", false));
    }

    @Test
    void beginsBeyondAGroupThatHasBeenListed() {
        assertThat(query("a/", "/", "a/b/").first()).contains(new From("a/b0", true));
        assertThat(query("a/", "/", "a/b/c").first()).contains(new From("a/b0", true));
        assertThat(query("", Character.toString(Character.MAX_CODE_POINT), Character.toString(Character.MAX_CODE_POINT)).first()).isEmpty();
    }
}
