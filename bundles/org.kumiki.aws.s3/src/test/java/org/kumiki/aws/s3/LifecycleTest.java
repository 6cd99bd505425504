package org.kumiki.aws.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.kumiki.api.blob.Blob;
import org.kumiki.api.blob.Bucket;
import org.kumiki.api.blob.Upload;
import org.kumiki.aws.s3.Lifecycle.Action;
import org.kumiki.aws.s3.Lifecycle.Candidate;
import org.kumiki.aws.s3.Lifecycle.Due;

/** What rules make of versions. */
class LifecycleTest {

    private static final Instant NOON = Instant.parse("2026-01-15T12:00:00Z");
    private static final Instant LATER = Instant.parse("2027-01-01T00:00:00Z");

    private static Lifecycle rules(String... rules) {
        return rules(Days.REAL, rules);
    }

    private static Lifecycle rules(Days days, String... rules) {
        StringBuilder document = new StringBuilder("<LifecycleConfiguration>");
        for (int i = 0; i < rules.length; i++) {
            document.append("<Rule><ID>r").append(i).append("</ID>").append(rules[i].contains("<Status>") ? "" : "<Status>Enabled</Status>").append(rules[i])
                    .append("</Rule>");
        }
        String checked = Xml.text(Lifecycle.checked(XmlReader.read(document + "</LifecycleConfiguration>")));
        return Lifecycle.of(new Bucket("b", NOON, Map.of("lifecycle", checked)), days);
    }

    private static Blob blob(String key, long size, Map<String, String> attributes) {
        return new Blob("b", key, "v1", NOON, size, false, true, attributes);
    }

    private static Blob marker() {
        return new Blob("b", "k", "v1", NOON, 0, true, true, Map.of());
    }

    private static Candidate latest(Blob blob) {
        return new Candidate(blob, Optional.empty(), 0, true);
    }

    private static Optional<Due> due(Lifecycle lifecycle, Candidate candidate) {
        return lifecycle.of(candidate, Versioning.ENABLED, LATER);
    }

    @ParameterizedTest
    @CsvSource({ "2014-01-15T10:30:00Z,3,2014-01-19T00:00:00Z", "2014-01-15T00:00:00Z,1,2014-01-16T00:00:00Z",
            "2014-01-15T00:00:00.000001Z,1,2014-01-17T00:00:00Z", "2014-12-31T23:59:59Z,1,2015-01-02T00:00:00Z" })
    void endsDaysAtTheNextMidnight(Instant start, int days, Instant end) {
        assertThat(Days.REAL.after(start, days)).isEqualTo(end);
    }

    @Test
    void endsShorterDaysWhenTheyAreOver() {
        assertThat(new Days(Duration.ofSeconds(10)).after(NOON, 3)).isEqualTo(NOON.plusSeconds(30));
    }

    @Test
    void deletesForEverWhereNoVersionsAreKeptAndHidesElsewhere() {
        Lifecycle lifecycle = rules("<Expiration><Days>3</Days></Expiration>");
        Instant at = Instant.parse("2026-01-19T00:00:00Z");

        assertThat(lifecycle.of(latest(blob("k", 1, Map.of())), Versioning.NEVER, LATER)).contains(new Due(Action.DELETE, at, "r0"));
        assertThat(lifecycle.of(latest(blob("k", 1, Map.of())), Versioning.ENABLED, LATER)).contains(new Due(Action.MARK, at, "r0"));
        assertThat(lifecycle.of(latest(blob("k", 1, Map.of())), Versioning.SUSPENDED, LATER)).contains(new Due(Action.MARK, at, "r0"));
    }

    @Test
    void takesTheFirstOfSeveralMoments() {
        Lifecycle lifecycle = rules("<Expiration><Days>30</Days></Expiration>", "<Expiration><Date>2026-01-20T00:00:00Z</Date></Expiration>");

        assertThat(due(lifecycle, latest(blob("k", 1, Map.of())))).contains(new Due(Action.MARK, Instant.parse("2026-01-20T00:00:00Z"), "r1"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "<Prefix>log/</Prefix>                                                                      | log/a  | 10 |       | true",
            "<Prefix>log/</Prefix>                                                                      | blog/a | 10 |       | false",
            "<Filter/>                                                                                  | a      | 10 |       | true",
            "<Filter><Prefix>log/</Prefix></Filter>                                                     | log    | 10 |       | false",
            "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>                                   | a      | 10 | k=v   | true",
            "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>                                   | a      | 10 | k=w   | false",
            "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter>                                   | a      | 10 |       | false",
            "<Filter><ObjectSizeGreaterThan>10</ObjectSizeGreaterThan></Filter>                         | a      | 10 |       | false",
            "<Filter><ObjectSizeGreaterThan>9</ObjectSizeGreaterThan></Filter>                          | a      | 10 |       | true",
            "<Filter><ObjectSizeLessThan>10</ObjectSizeLessThan></Filter>                               | a      | 10 |       | false",
            "<Filter><ObjectSizeLessThan>11</ObjectSizeLessThan></Filter>                               | a      | 10 |       | true",
            "<Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>      | a      | 10 | k=v&l | true",
            "<Filter><And><Prefix>a</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter>      | b      | 10 | k=v   | false" })
    void goesByFilters(String filter, String key, long size, String tags, boolean expires) {
        Map<String, String> attributes = new HashMap<>();
        Optional.ofNullable(tags).ifPresent(text -> attributes.put(Tags.ATTRIBUTE, text));

        assertThat(due(rules(filter + "<Expiration><Days>1</Days></Expiration>"), latest(blob(key, size, attributes))).isPresent()).isEqualTo(expires);
    }

    @Test
    void goesByTheSizeThatClientsSee() {
        Blob sealed = blob("a", 116, Map.of(Item.SIZE, "100"));

        assertThat(due(rules("<Filter><ObjectSizeGreaterThan>100</ObjectSizeGreaterThan></Filter><Expiration><Days>1</Days></Expiration>"), latest(sealed)))
                .isEmpty();
    }

    @Test
    void leavesRulesAloneThatAreDisabled() {
        assertThat(due(rules("<Status>Disabled</Status><Expiration><Days>1</Days></Expiration>"), latest(blob("k", 1, Map.of())))).isEmpty();
    }

    @Test
    void deletesVersionsThatHaveBeenReplacedForSoLongButTheNewestOfThem() {
        Lifecycle lifecycle = rules("<NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays><NewerNoncurrentVersions>2</NewerNoncurrentVersions>"
                + "</NoncurrentVersionExpiration>");
        Instant replaced = Instant.parse("2026-02-01T01:00:00Z");

        assertThat(due(lifecycle, latest(blob("k", 1, Map.of())))).isEmpty();
        assertThat(due(lifecycle, new Candidate(blob("k", 1, Map.of()), Optional.of(replaced), 1, false))).isEmpty();
        assertThat(due(lifecycle, new Candidate(blob("k", 1, Map.of()), Optional.of(replaced), 2, false)))
                .contains(new Due(Action.DELETE, Instant.parse("2026-02-04T00:00:00Z"), "r0"));
    }

    @Test
    void clearsMarkersThatHideNothing() {
        Lifecycle byMarker = rules("<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>");
        Lifecycle byDays = rules("<Expiration><Days>1</Days></Expiration>");
        Candidate hiding = new Candidate(marker(), Optional.empty(), 0, false);

        assertThat(due(byMarker, latest(marker()))).contains(new Due(Action.DELETE, NOON, "r0"));
        assertThat(due(byDays, latest(marker()))).contains(new Due(Action.DELETE, Instant.parse("2026-01-17T00:00:00Z"), "r0"));
        assertThat(due(byMarker, hiding)).isEmpty();
        assertThat(due(byDays, hiding)).isEmpty();
        assertThat(due(byMarker, latest(blob("k", 1, Map.of())))).isEmpty();
        assertThat(due(rules("<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Expiration><Days>1</Days></Expiration>"), latest(marker()))).isEmpty();
    }

    @Test
    void keepsWhatIsLocked() {
        Lifecycle lifecycle = rules("<Expiration><Days>1</Days></Expiration><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays>"
                + "</NoncurrentVersionExpiration>");
        Blob held = blob("k", 1, Map.of(Locks.HOLD, "ON"));
        Blob retained = blob("k", 1, Map.of(Locks.MODE, "GOVERNANCE", Locks.UNTIL, LATER.plusSeconds(1).toString()));
        Blob free = blob("k", 1, Map.of(Locks.MODE, "COMPLIANCE", Locks.UNTIL, LATER.toString(), Locks.HOLD, "OFF"));

        for (Blob blob : List.of(held, retained)) {
            assertThat(due(lifecycle, new Candidate(blob, Optional.of(NOON), 0, false))).isEmpty();
            assertThat(lifecycle.of(latest(blob), Versioning.NEVER, LATER)).isEmpty();
            assertThat(due(lifecycle, latest(blob))).as("a marker hides it and deletes nothing").isPresent();
        }
        assertThat(due(lifecycle, new Candidate(free, Optional.of(NOON), 0, false))).isPresent();
    }

    @Test
    void givesUploadsUp() {
        Lifecycle lifecycle = rules("<Prefix>a</Prefix><AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation>"
                + "</AbortIncompleteMultipartUpload>");

        assertThat(lifecycle.of(new Upload("b", "a1", "u", NOON, Map.of()))).contains(new Due(Action.DELETE, Instant.parse("2026-01-18T00:00:00Z"), "r0"));
        assertThat(lifecycle.of(new Upload("b", "b1", "u", NOON, Map.of()))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = { "<Expiration><Days>0</Days></Expiration>", "<Expiration><Days>x</Days></Expiration>",
            "<Expiration><Date>2026-13-01T00:00:00Z</Date></Expiration>", "<Expiration><Date>2026-01-01T01:00:00Z</Date></Expiration>",
            "<Expiration><Days>1</Days><Date>2026-01-01T00:00:00Z</Date></Expiration>", "<Prefix>a</Prefix>",
            "<NoncurrentVersionExpiration><NoncurrentDays>0</NoncurrentDays></NoncurrentVersionExpiration>",
            "<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays><NewerNoncurrentVersions>101</NewerNoncurrentVersions>"
                    + "</NoncurrentVersionExpiration>",
            "<AbortIncompleteMultipartUpload><DaysAfterInitiation>-1</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
            "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation>"
                    + "</AbortIncompleteMultipartUpload>",
            "<Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>",
            "<Filter><ObjectSizeLessThan>many</ObjectSizeLessThan></Filter><Expiration><Days>1</Days></Expiration>" })
    void refusesWhatMakesNoSense(String rule) {
        assertThatThrownBy(() -> rules(rule)).isInstanceOf(S3Exception.class);
    }
}
